import type { AnyNode } from 'acorn';
import { parse } from 'acorn';
import type { Plugin } from 'vite';

/** The bundler's own helper, which what is left to it uses, too. */
const HELPER = '@oxc-project/runtime/helpers/asyncToGenerator';
const NAME = 'runSteps';

const isNode = ( value: unknown ): value is AnyNode => typeof value === 'object' && value !== null && 'type' in value && 'start' in value;

/** In the order of the text; of `{ a }`, where the name is the value, one. */
function childrenOf( node: AnyNode ): AnyNode[] {
	let end = node.start;
	return Object.values( node ).flat().filter( isNode ).sort( ( a, b ) => a.start - b.start || b.end - a.end ).filter( ( child ) => {
		const isNext = child.start >= end;
		end = Math.max( end, child.end );
		return isNext;
	} );
}

function isAsync( node: AnyNode ): boolean {
	return 'async' in node && node.async;
}

/** Whether a function's body has something that would mean something else in another function. */
function has( node: AnyNode, isMeant: ( node: AnyNode ) => boolean ): boolean {
	return isMeant( node ) || childrenOf( node ).some( ( child ) => (
		child.type !== 'FunctionExpression' && child.type !== 'FunctionDeclaration' && child.type !== 'ClassBody' && has( child, isMeant )
	) );
}

const isThis = ( { type }: AnyNode ): boolean => type === 'ThisExpression';
const isBound = ( node: AnyNode ): boolean => node.type === 'Super' || ( node.type === 'Identifier' && node.name === 'arguments' );

/** Whether there is something that only the bundler can rewrite. */
function isHard( node: AnyNode ): boolean {
	return ( isAsync( node ) && ( ( 'generator' in node && node.generator ) || has( node, isBound ) ) ) ||
		( node.type === 'ForOfStatement' && node.await ) || childrenOf( node ).some( isHard );
}

function rewrite( node: AnyNode, code: string ): string {
	let text = '';
	let at = node.start;
	for ( const child of childrenOf( node ) ) {
		const isBody = isAsync( node ) && 'body' in node && child === node.body;
		text += code.slice( at, child.start ) + ( isBody ? asSteps( child, code ) : rewrite( child, code ) );
		at = child.end;
	}
	text += code.slice( at, node.end );
	if ( node.type === 'AwaitExpression' ) {
		return `(yield ${ text.slice( 'await'.length ) })`;
	}
	const isAsyncMethod = ( node.type === 'MethodDefinition' || node.type === 'Property' ) && node.value.start > node.key.end &&
		isAsync( node.value ) && /^(static\s+)?async\b/.test( text );
	return isAsync( node ) || isAsyncMethod ? text.replace( /^(static\s+)?async\b/, '$1' ) : text;
}

/** The body of a function that was async. */
function asSteps( body: AnyNode, code: string ): string {
	const isBlock = body.type === 'BlockStatement';
	const steps = isBlock ? rewrite( body, code ) : `{ return ${ rewrite( body, code ) } }`;
	const call = `${ NAME }( function* () ${ steps } ).call( ${ has( body, isThis ) ? 'this' : '' } )`.replace( '.call(  )', '()' );
	return isBlock ? `{ return ${ call } }` : call;
}

/**
 * Makes functions that wait into generators, as the bundler does for browsers without them, but in fewer words: its own way
 * needs two functions for each, because it keeps what is asked of a function from outside, as how many parameters it has.
 */
export function asyncSteps(): Plugin {
	return {
		name: 'async-steps',
		transform( code, id ) {
			if ( !/\basync\b/.test( code ) || !/\.[jt]s$/.test( id ) ) {
				return undefined;
			}
			const program = parse( code, { ecmaVersion: 'latest', sourceType: 'module' } );
			return isHard( program ) ? undefined : { code: `import ${ NAME } from '${ HELPER }';\n${ rewrite( program, code ) }`, map: null };
		}
	};
}
