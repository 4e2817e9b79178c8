# SPDX-License-Identifier: LGPL-2.1-or-later
#
# STRACE_PROG_CC_FOR_BUILD
#
# Sets CC_FOR_BUILD, CPPFLAGS_FOR_BUILD, CFLAGS_FOR_BUILD and LDFLAGS_FOR_BUILD
# for programs that run while building.  They are the normal ones unless this is
# a cross build.
AC_DEFUN([STRACE_PROG_CC_FOR_BUILD], [
AC_REQUIRE([AC_PROG_CC])
AC_ARG_VAR([CC_FOR_BUILD], [C compiler for programs run while building])
AC_ARG_VAR([CPPFLAGS_FOR_BUILD], [preprocessor flags for CC_FOR_BUILD])
AC_ARG_VAR([CFLAGS_FOR_BUILD], [compiler flags for CC_FOR_BUILD])
AC_ARG_VAR([LDFLAGS_FOR_BUILD], [linker flags for CC_FOR_BUILD])
AS_IF([test "x$cross_compiling" = xyes],
  [AC_CHECK_PROGS([CC_FOR_BUILD], [gcc cc clang])
   AS_IF([test -z "$CC_FOR_BUILD"],
     [AC_MSG_ERROR([no compiler for this machine: set CC_FOR_BUILD])])
   AS_IF([test -z "${CFLAGS_FOR_BUILD+set}"], [CFLAGS_FOR_BUILD="-g -O2"])],
  [AS_IF([test -z "$CC_FOR_BUILD"], [CC_FOR_BUILD=$CC])
   AS_IF([test -z "${CPPFLAGS_FOR_BUILD+set}"],
     [CPPFLAGS_FOR_BUILD=$CPPFLAGS])
   AS_IF([test -z "${CFLAGS_FOR_BUILD+set}"], [CFLAGS_FOR_BUILD=$CFLAGS])
   AS_IF([test -z "${LDFLAGS_FOR_BUILD+set}"], [LDFLAGS_FOR_BUILD=$LDFLAGS])])
])
