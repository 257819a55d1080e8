"""How editors keep the records. Every service here decides anew whether the actor may.

- `Drafting`: drafts of new cases and of edits, from the first form to publishing.
- `Records`: what is done to a published case at once: aliases, removal, restoring, undo, history.
- `Exchange`: import and export.
- `ShippedUpdates`: shipped records that contradict an editor's text.
- `Suggestions`: what members tell the editors.
- `Servers`: what a server chose: its editor role, language and hidden cases.
"""
