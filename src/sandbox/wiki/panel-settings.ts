/** What the panel says and links to in the sandbox's wiki, beside the default settings; `docs/wiki-admins.md` explains the keys. */
export const panelSettings = {
	helpLinks: [ 'Help:Citing a book', 'Help:Introduction to referencing' ],
	helpSearch: { namespaces: [ 4, 12 ] },
	topics: [
		{ id: 'references', label: { en: 'References', ar: 'المراجع' } },
		{ id: 'pictures', label: { en: 'Pictures', ar: 'الصور' } },
		{ id: 'undone', label: { en: 'My edit was undone', ar: 'أُلغي تعديلي' } },
		{ id: 'other', label: { en: 'Something else', ar: 'شيء آخر' } }
	],
	openingHours: { timeZone: 'Europe/Berlin', times: [ { from: '16:00', to: '23:00' } ] },
	notFor: [
		{ what: 'threats', address: 'mailto:emergency@help.localhost' },
		{ what: 'legal', address: 'Project:Legal matters' },
		{ what: 'private-data', address: 'Project:Hiding private data' }
	],
	harassment: { team: 'harassment', page: 'Project:Safety' }
};
