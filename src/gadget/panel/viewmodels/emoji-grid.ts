import type { MessageKey } from '../../i18n/messages.ts';

/** How many stand beside each other; as many as a narrow phone has room for fingers. */
export const EMOJI_COLUMNS = 7;

export type EmojiGroup = { readonly name: MessageKey; readonly emoji: readonly string[] };

const group = ( name: MessageKey, emoji: string ): EmojiGroup => ( { name, emoji: emoji.split( ' ' ) } );

/** What people say in a chat about editing; whole lines of each kind. */
export function emojiGroups(): readonly EmojiGroup[] {
	return [
		group( 'emoji-faces', '🙂 😀 😃 😄 😁 😅 😂 🤣 😊 😉 😍 😘 😋 😎 🤓 🤔 🤨 😐 😕 😟 🙁 😢 😭 😱 😳 😴 😡 🤯' ),
		group( 'emoji-gestures', '👍 👎 👌 👏 🙏 💪 👋 🤝 ✌️ 🤞 🙌 👀 🤷 🙈' ),
		group( 'emoji-signs', '❤️ 💙 💚 💯 ✅ ❌ ❓ ❗ ⚠️ 💡 ⭐ 🔥 🎉 🚀' ),
		group( 'emoji-nature', '🐐 🐱 🐶 🦋 🌱 🌳 🌹 🌍 ☀️ 🌈 🍎 🍰 ☕ 🍺' ),
		group( 'emoji-objects', '✏️ 📝 📖 📚 📄 📷 🖼️ 🔗 🔍 💻 📱 🗺️ ⏰ 🎁' )
	];
}

/** The emoji with the last one first, each once, and one line of them. */
export function withRecentEmoji( recent: readonly string[], emoji: string ): readonly string[] {
	return [ emoji, ...recent.filter( ( other ) => other !== emoji ) ].slice( 0, EMOJI_COLUMNS );
}

/** A place in lines of the lengths `lines`, which are never empty. */
export type GridPlace = { readonly line: number; readonly column: number };

/**
 * Where a key leads in a grid ("Grid", ARIA Authoring Practices): arrows go on from one line to the next, Home and End
 * stay in it, and with Control they go through all. `undefined` for any other key.
 */
export function moveInGrid(
	lines: readonly number[], { line, column }: GridPlace, key: string, isControl: boolean, direction: 'ltr' | 'rtl'
): GridPlace | undefined {
	const last = lines.length - 1;
	const endOf = ( of: number ): GridPlace => ( { line: of, column: lines[ of ]! - 1 } );
	const vertical = ( to: number ): GridPlace => {
		const within = Math.min( Math.max( to, 0 ), last );
		return { line: within, column: Math.min( column, lines[ within ]! - 1 ) };
	};
	const forward = direction === 'ltr' ? 'ArrowRight' : 'ArrowLeft';
	switch ( key ) {
		case 'ArrowUp': return vertical( line - 1 );
		case 'ArrowDown': return vertical( line + 1 );
		case forward:
			if ( column < lines[ line ]! - 1 ) {
				return { line, column: column + 1 };
			}
			return line < last ? { line: line + 1, column: 0 } : { line, column };
		case 'ArrowLeft': case 'ArrowRight':
			return column > 0 ? { line, column: column - 1 } : line > 0 ? endOf( line - 1 ) : { line, column };
		case 'Home': return { line: isControl ? 0 : line, column: 0 };
		case 'End': return endOf( isControl ? last : line );
		default: return undefined;
	}
}
