# SPDX-License-Identifier: LGPL-2.1-or-later
#
# STRACE_OPTIONAL_LIB(NAME, PURPOSE, HEADER, LIB, FUNCTION, [OTHER-LIBS],
#                     [STATIC-LIBS])
#
# A library that is used when it is there.  --with-NAME makes its absence an
# error, --without-NAME leaves it out.  STATIC-LIBS are those that it needs
# itself, which only a static program has to name (strace_static).  Sets
# with_NAME to yes or no, NAME_note to why not, NAME_LIBS, the automake
# conditional HAVE_NAME and, in config.h, HAVE_NAME (upper case).
AC_DEFUN([STRACE_OPTIONAL_LIB], [
m4_pushdef([upper], m4_translit([[$1]], [a-z-], [A-Z_]))
AC_ARG_WITH([$1],
  [AS_HELP_STRING([--with-$1], [$2 (default: if found)])],
  [], [with_$1=auto])
upper[_LIBS]=
strace_others="$6"
AS_IF([test "x$strace_static" = xyes], [strace_others="$6 $7"])
strace_found=no
$1_note=
AS_IF([test "x$with_$1" = xno], [$1_note=", as asked for"],
  [AC_CHECK_HEADER([$3],
    [$1_note=", it does not link"
     AC_CHECK_LIB([$4], [$5],
      [strace_found=yes
       $1_note=
       upper[_LIBS]="-l$4 $strace_others"], [], [$strace_others])
     AS_IF([test "x$strace_static:$strace_found" = xyes:no],
       [AC_MSG_WARN([$1 is left out: it does not link statically (name what it
needs in LIBS; config.log has the details)])])],
    [$1_note=", no $3"])
   AS_IF([test "x$with_$1:$strace_found" = xyes:no],
     [AC_MSG_ERROR([--with-$1 was given, but $1 can't be had$$1_note])])])
with_$1=$strace_found
AS_IF([test "x$with_$1" = xyes],
  [AC_DEFINE([HAVE_]upper, [1], [Define to 1 to use $1: $2.])])
AC_SUBST(upper[_LIBS])
AM_CONDITIONAL([HAVE_]upper, [test "x$with_$1" = xyes])
m4_popdef([upper])
])
