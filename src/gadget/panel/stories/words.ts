/** What the people of the stories say, in Arabic: where the interface is Arabic, they are. What is not here stays as it is. */
export const ARABIC_WORDS: Readonly<Record<string, string>> = {
	'American Pygmy': 'الماعز القزم الأمريكي',
	History: 'التاريخ',
	'How do I add a reference to the height of the goat? I have a book.': 'كيف أضيف مرجعا لارتفاع الماعز؟ لدي كتاب.',
	'Welcome to Wikipedia! Click Cite in the toolbar, then Manual, Book. See Help:Citing a book.':
		'أهلا بك في ويكيبيديا! انقر على «استشهد» في شريط الأدوات، ثم «يدوي»، ثم «كتاب». انظر مساعدة:الاستشهاد بكتاب.',
	'Found it. Can I use any book?': 'وجدته. هل يمكنني استخدام أي كتاب؟',
	'It should be a reliable source. What is the title?': 'ينبغي أن يكون مصدرا موثوقا. ما عنوانه؟',
	'The Pygmy Goat in America, 1982': 'الماعز القزم في أمريكا، 1982',
	'That one is fine.': 'هذا الكتاب مناسب.',
	'Please stay friendly, both of you.': 'من فضلكما، حافظا على اللطف.',
	'Nita B.': 'نيتا ب.',
	'Great edit. Happy editing!': 'تعديل رائع. تحريرا سعيدا!',
	'Can you show me what you see?': 'هل يمكنك أن تريني ما تراه؟',
	'The Cite button is here, above the text.': 'زر الاستشهاد هنا، فوق النص.',
	'My screen': 'شاشتي'
};
