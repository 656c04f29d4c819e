# SPDX-License-Identifier: Apache-2.0
"""Each behaviour the product promises, once; tests name the promise they prove."""

PROMISES: dict[str, str] = {
    # Webhooks
    "signature": "Only a body signed with the current or the previous key becomes events.",
    "signature-bytes": "The signature is checked over the bytes as received, base64 or not.",
    "refusal-is-empty": "A delivery that is not genuine gets a 401 with an empty body.",
    "intent-to-receive": "Xero's intent to receive passes: 200 for right, 401 for wrong.",
    "events-by-category": "Each category and type of Xero's has its trigger, unknown ones too.",
    "event-detail": "An event's detail says what the contract says, with a stable event_id.",
    "large-batches": "A delivery of any size reaches the bus whole, ten entries a call.",
    "unreadable-kept": "A genuine body that cannot be read is kept in the backlog, answered 200.",
    "bus-refuses": "What the bus refuses is retried, then kept in the backlog; never dropped.",
    "backlog-replayed": "The stack replays the backlog itself, oldest first, when the bus is back.",
    "one-bad-entry": "An entry that the bus can never take holds up no other and is kept.",
    "no-repeats": "A delivery that Xero repeats does not repeat its events.",
    "nothing-lost": "Whatever fails, each event reaches the bus at least once or is kept.",
    "four-seconds": "With every dependency hanging the webhook answers within four seconds.",
    "throttling": "Throttling and reserved concurrency are parameters a new account can take.",
    "key-change": "A changed webhook key works at once, and forgers cannot cause a flood of reads.",
    # Invocations
    "typed-input": "An input that does not fit is refused with the path and a suggestion.",
    "exact-money": "Amounts keep every digit from the caller to Xero and back.",
    "iso-dates": "No Microsoft date reaches a caller; calendar dates never shift.",
    "one-organisation": "Nothing is written to an organisation that was not named or the only one.",
    "fields": "fields picks the records' fields in the answer.",
    "dry-run": "dry_run shows the request and sends nothing.",
    "on-error": "An error raises with its class and its object as JSON, or is returned if asked.",
    "undo": "An action that can be taken back answers with the ready call that does it.",
    "error-tree": "Each failure of Xero's has one error that says who must do what.",
    "query-reads-only": "Nothing but GET leaves the query function.",
    "tool-calls": "An agent gateway's tool call is an invocation and gets errors as data.",
    # Tokens
    "token-reread": "A refused or expired token is read again, then renewed once.",
    "own-token": "A token that a person put into TokenSecret works without a credential.",
    "token-refresh": "The token function renews in time and fills in the organisations.",
    "empty-secrets": "With empty secrets, an invocation says which secret to fill and with what.",
    # Requests as events
    "requests": "A request on the bus is carried out and answered with its correlation_id.",
    "request-retries": "What may succeed later comes back from the queue; the rest is answered.",
    "request-dead-letters": "A request that cannot be processed ends in the dead-letter queue.",
    "stable-key": "Every repeat of a request carries the same idempotency key to Xero.",
    # The simulated Xero
    "simulator-xero-sdk": "Xero's own Python SDK works against the simulated Xero unchanged.",
    "simulator-openapi": "The simulated Xero's answers are valid against Xero's API description.",
    "simulator-faults": "Each failure that Xero or the network can cause is there on demand.",
    # Template and build
    "template-variables": "Each function is told exactly what its settings need.",
    "least-privilege": "Each role may do exactly what its function needs, to the statement.",
    "boundaries": "With a function's role, what is not its business is denied.",
    "one-route": "The only way in from outside is POST /webhooks/xero to the webhook function.",
    "bytecode": "What `sam build` makes carries bytecode that Lambda runs without a check.",
    # On one machine
    "run-shows": "One command starts everything and shows each step of the main job.",
    "stack-file": "stack.json tells its owner, and nobody else, where everything is.",
    "emulator": "The emulator does what the project relies on; a bad upgrade shows.",
    # The whole
    "xeros-description": "Every request is one that Xero's API description has.",
    "no-secrets-said": "No key or token is said, and no name but in Xero's own words of refusal.",
    "one-declaration": "Every operation is declared once, complete, and all else derives from it.",
    "light-webhook": "The webhook function imports neither pydantic nor requests.",
    "imports-one-way": "Imports in the layer point one way.",
}
