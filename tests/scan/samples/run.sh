#!/bin/sh
# $TRAP_COMMENT
set -eu
echo "$USED_PLAIN ${USED_BRACES} ${USED_DEFAULT:-$USED_IN_DEFAULT}" 'no $TRAP_SINGLE' \$TRAP_ESCAPED
TRAP_LOCAL=1
echo "$TRAP_LOCAL ${#TRAP_LOCAL} $TRAP_READ $TRAP_LOOP $1 $? $$"
read -r TRAP_READ
for TRAP_LOOP in a b; do :; done
USED_OWN_DEFAULT="${USED_OWN_DEFAULT:-x}"
cat <<DOC
  ${USED_HEREDOC} don't \$TRAP_HEREDOC_ESCAPED
DOC
cat <<'DOC'
  $TRAP_QUOTED_HEREDOC
DOC
x="$(echo "$USED_SUBSTITUTED" | grep 'it'"'"'s $TRAP_INNER')" # $TRAP_BEHIND
echo "${x}" "$USED_LAST"
printenv USED_PRINTED >/dev/null && port=$(printenv USED_PRINTED_INNER) && printenv
[[ -v USED_ASKED && ! -v USED_ASKED_NOT ]] || command -v TRAP_COMMAND
envsubst '${USED_SUBST} $USED_SUBST_TOO' < template | sed 's/$TRAP_AFTER/x/'
