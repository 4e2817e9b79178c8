# SPDX-License-Identifier: LGPL-2.1-or-later
#
# STRACE_OPTIONAL_LIB(NAME, PURPOSE, HEADER, LIB, FUNCTION, [OTHER-LIBS])
#
# A library that is used when it is there.  --with-NAME makes its absence an
# error, --without-NAME leaves it out.  Sets with_NAME to yes or no, NAME_LIBS,
# the automake conditional HAVE_NAME and, in config.h, HAVE_NAME (upper case).
AC_DEFUN([STRACE_OPTIONAL_LIB], [
m4_pushdef([upper], m4_translit([[$1]], [a-z-], [A-Z_]))
AC_ARG_WITH([$1],
  [AS_HELP_STRING([--with-$1], [$2 (default: if found)])],
  [], [with_$1=auto])
upper[_LIBS]=
strace_found=no
AS_IF([test "x$with_$1" != xno],
  [AC_CHECK_HEADER([$3],
    [AC_CHECK_LIB([$4], [$5],
      [strace_found=yes
       upper[_LIBS]="-l$4 $6"], [], [$6])])
   AS_IF([test "x$with_$1:$strace_found" = xyes:no],
     [AC_MSG_ERROR([--with-$1 was given, but $1 was not found])])])
with_$1=$strace_found
AS_IF([test "x$with_$1" = xyes],
  [AC_DEFINE([HAVE_]upper, [1], [Define to 1 to use $1: $2.])])
AC_SUBST(upper[_LIBS])
AM_CONDITIONAL([HAVE_]upper, [test "x$with_$1" = xyes])
m4_popdef([upper])
])
