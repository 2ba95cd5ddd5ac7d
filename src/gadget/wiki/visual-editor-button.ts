/** The button that an editor's toolbar is asked to show. */
export type LauncherButton = { readonly label: string; open(): void };

/** Shows the button whenever one editor is open, in that editor's own manner. */
export type EntryPoint = ( button: LauncherButton ) => void;

type ToolGroup = { readonly $element: ArrayLike<HTMLElement> };
type Toolbar = {
	readonly $bar: ArrayLike<HTMLElement>;
	readonly $after: ArrayLike<HTMLElement>;
	isToolAvailable( name: string ): boolean;
	getToolGroupFactory(): { create( type: string, toolbar: Toolbar, config: object ): ToolGroup };
	addItems( groups: ToolGroup[] ): void;
};
/** `ve.ui.Tool`. */
interface Tool {
	readonly $link: { attr( name: string, value: string ): void };
	setActive( state: boolean ): void;
	setDisabled( state: boolean ): void;
}
type ToolClass = { new ( ...args: unknown[] ): Tool; static: object };
type VisualEditor = {
	readonly init?: { readonly target?: { readonly active?: boolean; readonly toolbar?: Toolbar | null } | null };
	readonly ui: { readonly Tool: ToolClass; readonly toolFactory: { lookup( name: string ): unknown; register( tool: unknown ): void } };
};

const TOOL = 'askForHelp';
/** OOUI's own class for a tool that shows its label beside its icon. */
const LABELLED = 'oo-ui-tool-with-label';

const visualEditor = (): VisualEditor | undefined => ( window as unknown as { ve?: VisualEditor } ).ve;

function registerTool( { Tool: Base, toolFactory }: VisualEditor[ 'ui' ], button: LauncherButton ): void {
	class AskForHelpTool extends Base {
		constructor( ...args: unknown[] ) {
			super( ...args );
			this.setDisabled( false );
			this.$link.attr( 'aria-label', button.label );
		}

		onSelect(): void {
			this.setActive( false );
			button.open();
		}

		// The tool does not depend on the selection.
		onUpdateState(): void {}
	}
	AskForHelpTool.static = Object.assign( Object.create( Base.static ) as object, {
		name: TOOL, group: TOOL, icon: TOOL, title: button.label,
		autoAddToCatchall: false, autoAddToGroup: false, displayBothIconAndLabel: true
	} );
	toolFactory.register( AskForHelpTool );
}

/** The label is shown only where the toolbar stays on one line. */
function fitLabel( bar: HTMLElement, group: HTMLElement ): void {
	const { classList } = group.querySelector( '.oo-ui-tool' )!;
	classList.add( LABELLED );
	if ( bar.offsetHeight > group.offsetHeight * 1.5 ) {
		classList.remove( LABELLED );
	}
}

function show( button: LauncherButton ): void {
	const ve = visualEditor();
	const target = ve?.init?.target;
	const toolbar = target?.toolbar;
	// mw.hook remembers: the editor of the last event may be closed by now.
	if ( !ve || !target?.active || !toolbar ) {
		return;
	}
	if ( !ve.ui.toolFactory.lookup( TOOL ) ) {
		registerTool( ve.ui, button );
	}
	// Switching between visual and source mode keeps the toolbar or makes a new one; the hook fires either way.
	if ( toolbar.isToolAvailable( TOOL ) ) {
		const group = toolbar.getToolGroupFactory().create( 'bar', toolbar, { name: TOOL, include: [ TOOL ], align: 'after' } );
		toolbar.addItems( [ group ] );
		const bar = toolbar.$bar[ 0 ];
		const element = group.$element[ 0 ];
		if ( bar && element ) {
			// VisualEditor can only append, which would be behind its button to publish.
			toolbar.$after[ 0 ]?.prepend( element );
			element.classList.add( 'askforhelp-launcher' );
			fitLabel( bar, element );
			window.addEventListener( 'resize', () => fitLabel( bar, element ) );
		}
	}
}

/** VisualEditor's toolbar, visual and source mode, on desktop. It goes away with the toolbar. */
export const visualEditorButton: EntryPoint = ( button ) => {
	mw.hook( 've.activationComplete' ).add( () => {
		try {
			show( button );
		} catch ( error ) {
			// Never an error to somebody who only wants to edit.
			mw.log.warn( 'AskForHelp: no button', error );
		}
	} );
};
