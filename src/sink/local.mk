# SPDX-License-Identifier: LGPL-2.1-or-later
libstrace_a_SOURCES += \
	%D%/json.c \
	%D%/json_item.c \
	%D%/json_stack.c \
	%D%/json_text.c \
	%D%/json_value.c \
	%D%/output.c \
	%D%/sink.c \
	%D%/summary.c \
	%D%/tee.c \
	%D%/text.c \
	%D%/text_bytes.c \
	%D%/text_event.c \
	%D%/text_item.c \
	%D%/text_line.c \
	%D%/text_stack.c \
	%D%/text_value.c \
	%D%/value.c
