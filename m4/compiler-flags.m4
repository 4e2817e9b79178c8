# SPDX-License-Identifier: LGPL-2.1-or-later
#
# STRACE_ADD_FLAGS(VARIABLE, FLAG...)
#
# Appends each flag that the compiler takes without a warning.
AC_DEFUN([STRACE_ADD_FLAGS], [
for strace_flag in $2; do
  AC_MSG_CHECKING([whether $CC takes $strace_flag])
  strace_saved_cflags=$CFLAGS
  CFLAGS="$CFLAGS -Werror $strace_flag"
  AC_LINK_IFELSE([AC_LANG_PROGRAM()],
    [AC_MSG_RESULT([yes])
     $1="$$1 $strace_flag"],
    [AC_MSG_RESULT([no])])
  CFLAGS=$strace_saved_cflags
done
])
