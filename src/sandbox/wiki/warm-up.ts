/** What a browser asks for when it opens an article and then VisualEditor; MediaWiki compiles it at the first request. */
const firstRequests = [
	'/wiki/Main_Page',
	'/load.php?lang=en&modules=startup&only=scripts&raw=1&skin=vector-2022',
	'/load.php?lang=en&modules=ext.visualEditor.core%2CdesktopArticleTarget%2Cmediawiki%2Cmwcore%2CmwextensionMessages&skin=vector-2022',
	'/load.php?lang=en&modules=oojs-ui-core%2Coojs-ui-widgets%2Coojs-ui-windows%2Coojs-ui-toolbars&skin=vector-2022',
	'/api.php?action=visualeditor&paction=parse&page=American_Pygmy&uselang=en&format=json',
	'/index.php?title=American_Pygmy&action=edit'
];

/** Asks the wiki at `url` for what would otherwise make the first visitor wait; what fails here is left to that visitor to see. */
export async function warmUp( url: string ): Promise<void> {
	await Promise.all( firstRequests.map( async ( address ) => {
		const response = await fetch( url + address ).catch( () => undefined );
		await response?.arrayBuffer();
	} ) );
}
