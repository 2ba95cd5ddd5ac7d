/**
 * The store's shape, one step after the other; a step that has run anywhere is never changed again.
 * Times are in ms since 1970; JSON is text. Written for SQLite: `postgres-words.ts` translates the little that is different.
 * Statements end with a semicolon, and hold none.
 */
export const migrations: readonly string[] = [
	`
	CREATE TABLE position ( receiver TEXT PRIMARY KEY, position TEXT NOT NULL ) STRICT;
	CREATE TABLE inbox (
		receiver TEXT NOT NULL, event_id TEXT NOT NULL, room_id TEXT NOT NULL, received_at INTEGER NOT NULL,
		PRIMARY KEY ( receiver, event_id )
	) STRICT, WITHOUT ROWID;
	CREATE TABLE conversation (
		id INTEGER PRIMARY KEY, newcomer TEXT NOT NULL, wiki TEXT NOT NULL, team TEXT NOT NULL, profile TEXT,
		UNIQUE ( newcomer, wiki, team )
	) STRICT;
	CREATE TABLE room (
		room_id TEXT PRIMARY KEY, conversation_id INTEGER NOT NULL REFERENCES conversation ( id ), receiver TEXT NOT NULL,
		state TEXT NOT NULL, is_reading INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL DEFAULT 0
	) STRICT;
	CREATE INDEX room_conversation ON room ( conversation_id );
	CREATE TABLE request (
		id INTEGER PRIMARY KEY, conversation_id INTEGER NOT NULL REFERENCES conversation ( id ), wiki TEXT NOT NULL,
		number INTEGER NOT NULL, state TEXT NOT NULL, question TEXT NOT NULL, question_event TEXT NOT NULL UNIQUE, context TEXT,
		asked_at INTEGER NOT NULL, answered_at INTEGER, root_event TEXT, UNIQUE ( wiki, number )
	) STRICT;
	CREATE INDEX request_conversation ON request ( conversation_id );
	CREATE TABLE thread_event (
		position INTEGER PRIMARY KEY, event_id TEXT NOT NULL UNIQUE, request_id INTEGER NOT NULL REFERENCES request ( id )
	) STRICT;
	CREATE INDEX thread_event_request ON thread_event ( request_id, position );
	CREATE TABLE mapping (
		source_event TEXT PRIMARY KEY, source_room TEXT NOT NULL, mirror_event TEXT NOT NULL, mirror_room TEXT NOT NULL,
		request_id INTEGER NOT NULL REFERENCES request ( id )
	) STRICT, WITHOUT ROWID;
	CREATE INDEX mapping_mirror ON mapping ( mirror_event );
	CREATE TABLE outbox (
		id INTEGER PRIMARY KEY AUTOINCREMENT, lane TEXT NOT NULL, receiver TEXT NOT NULL, transaction_id TEXT NOT NULL UNIQUE,
		created_at INTEGER NOT NULL, task TEXT NOT NULL
	) STRICT;
	CREATE INDEX outbox_lane ON outbox ( lane, id );
	CREATE TABLE set_aside (
		id INTEGER PRIMARY KEY, lane TEXT NOT NULL, kind TEXT NOT NULL, source_event TEXT, reason TEXT NOT NULL, set_aside_at INTEGER NOT NULL
	) STRICT;
	CREATE TABLE member ( room_id TEXT NOT NULL, user_id TEXT NOT NULL, display_name TEXT, PRIMARY KEY ( room_id, user_id ) ) STRICT, WITHOUT ROWID;
	CREATE TABLE power_levels ( room_id TEXT PRIMARY KEY, content TEXT NOT NULL ) STRICT;
	`,
	`
	CREATE TABLE store ( id TEXT NOT NULL ) STRICT;
	ALTER TABLE position ADD COLUMN moved_at INTEGER NOT NULL DEFAULT 0;
	CREATE INDEX inbox_received ON inbox ( receiver, received_at );
	CREATE INDEX set_aside_time ON set_aside ( set_aside_at );
	`,
	`
	CREATE TABLE pause ( scope TEXT PRIMARY KEY, reason TEXT NOT NULL, since INTEGER NOT NULL ) STRICT;
	CREATE TABLE pace ( newcomer TEXT PRIMARY KEY, begun_at INTEGER NOT NULL, said INTEGER NOT NULL ) STRICT;
	`,
	// Further mirrors of one message (in a second room, and each edit), who said it, and reactions.
	`
	CREATE TABLE mapping_with_edits (
		mirror_event TEXT PRIMARY KEY, mirror_room TEXT NOT NULL, source_event TEXT NOT NULL, source_room TEXT NOT NULL,
		original_event TEXT NOT NULL, is_edit INTEGER NOT NULL, speaker TEXT, request_id INTEGER NOT NULL REFERENCES request ( id )
	);
	INSERT INTO mapping_with_edits SELECT mirror_event, mirror_room, source_event, source_room, source_event, 0, NULL, request_id FROM mapping;
	DROP TABLE mapping;
	ALTER TABLE mapping_with_edits RENAME TO mapping;
	CREATE INDEX mapping_original ON mapping ( original_event );
	CREATE INDEX mapping_source ON mapping ( source_event );
	CREATE TABLE reaction (
		event_id TEXT PRIMARY KEY, room_id TEXT NOT NULL, sender TEXT NOT NULL, target_event TEXT NOT NULL, key TEXT NOT NULL,
		conversation_id INTEGER NOT NULL REFERENCES conversation ( id )
	);
	CREATE INDEX reaction_target ON reaction ( target_event, key );
	CREATE TABLE reaction_mirror (
		target_event TEXT NOT NULL, key TEXT NOT NULL, event_id TEXT, transaction_id TEXT NOT NULL, PRIMARY KEY ( target_event, key )
	);
	CREATE INDEX set_aside_source ON set_aside ( source_event );
	`,
	// From when on a room's changes count and when its invitation came, where a request goes on, and numbers that are given once.
	`
	ALTER TABLE room ADD COLUMN is_watched INTEGER NOT NULL DEFAULT 0;
	ALTER TABLE room ADD COLUMN invited_at INTEGER NOT NULL DEFAULT 0;
	UPDATE room SET is_watched = is_reading WHERE state = 'open';
	ALTER TABLE request ADD COLUMN room_id TEXT;
	UPDATE request SET room_id = ( SELECT min( source_room ) FROM mapping WHERE mapping.source_event = request.question_event );
	CREATE TABLE request_number ( wiki TEXT PRIMARY KEY, last INTEGER NOT NULL ) STRICT;
	INSERT INTO request_number ( wiki, last ) SELECT wiki, max( number ) FROM request GROUP BY wiki;
	`,
	// Requests by their number, and which messages of helpers began with an address.
	`
	CREATE INDEX request_of_number ON request ( number );
	ALTER TABLE thread_event ADD COLUMN is_addressed INTEGER NOT NULL DEFAULT 0;
	`,
	// Rooms that are left out of the batches until the homeserver gives what was said in them.
	`
	CREATE TABLE held_room (
		receiver TEXT NOT NULL, room_id TEXT NOT NULL, since TEXT, older_than INTEGER, has_left INTEGER NOT NULL, PRIMARY KEY ( receiver, room_id )
	) STRICT, WITHOUT ROWID;
	`,
	// What people call a request by, apart from what is unique for its wiki: a private team counts by itself. What newcomers
	// were told of their place in the queue, and thanks.
	`
	ALTER TABLE request ADD COLUMN shown_number INTEGER NOT NULL DEFAULT 0;
	UPDATE request SET shown_number = number;
	DROP INDEX request_of_number;
	CREATE INDEX request_of_number ON request ( shown_number );
	INSERT INTO request_number ( wiki, last ) SELECT wiki || ' shared', last FROM request_number;
	CREATE INDEX request_waiting ON request ( state, asked_at );
	CREATE INDEX request_answered ON request ( answered_at );
	CREATE TABLE told_status (
		conversation_id INTEGER NOT NULL REFERENCES conversation ( id ), room_id TEXT NOT NULL, content TEXT NOT NULL, told_at INTEGER NOT NULL,
		PRIMARY KEY ( conversation_id )
	) STRICT;
	CREATE TABLE thanks (
		event_id TEXT PRIMARY KEY, conversation_id INTEGER NOT NULL REFERENCES conversation ( id ), thanked_at INTEGER NOT NULL
	) STRICT;
	`
];
