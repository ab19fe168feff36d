import type { Answer, Question } from '#modules/consent/rules.ts';
import type { SPOKEN_LANGUAGES } from '#modules/testimony/schema.ts';

/** How far a testimony is brought. `draft` was left in the middle; `scheduled` waits out its cooling-off. */
export type End =
  'draft' | 'submitted' | 'in_review' | 'changes_requested' | 'approved_by_one' | 'scheduled' | 'published' | 'declined' | 'withdrawn';

export type SampleTestimony = {
  language: (typeof SPOKEN_LANGUAGES)[number];
  told: 'audio' | 'video' | 'written';
  /** Sentences, in the order they are said. */
  said: readonly string[];
  /** The same in Arabic, or in English where it was said in Arabic, sentence by sentence. */
  other: readonly string[];
  end: End;
  /** Answers that are not "yes". */
  refused?: Partial<Record<Question, Exclude<Answer, 'yes'>>>;
  title: { ar: string; en: string };
  summary: { ar: string; en: string };
  facility?: keyof typeof FACILITIES;
  years?: readonly [number, number];
  themes?: readonly (keyof typeof THEMES)[];
  warning?: 'deprivation' | 'death' | 'violence';
  /** The share of the recording that is hidden, and why. */
  redacted?: { from: number; to: number; treatment: 'cut' | 'mute' | 'tone'; reason: 'third_party' | 'place' | 'identity' };
};

/** Invented places: none of them exists, and their spots on the map are chosen at random. */
export const FACILITIES = {
  wadi: {
    nameAr: 'سجن وادي السنديان',
    nameEn: 'Wadi al-Sindyan Prison',
    aliases: ['Wadi Sindian', 'السنديان'],
    latitude: '34.1',
    longitude: '37.9'
  },
  tower: { nameAr: 'مركز البرج القديم', nameEn: 'Old Tower Centre', aliases: ['البرج', 'al-Burj'], latitude: '35.6', longitude: '38.7' },
  salt: {
    nameAr: 'معتقل الملّاحة',
    nameEn: 'Mallaha Detention Centre',
    aliases: ['Salt Works', 'الملاحة'],
    latitude: '33.2',
    longitude: '36.9'
  }
} as const;

export const THEMES = {
  family: { nameAr: 'الأهل والانتظار', nameEn: 'Families and waiting' },
  health: { nameAr: 'الصحة والدواء', nameEn: 'Health and medicine' },
  solidarity: { nameAr: 'التضامن بين المعتقلين', nameEn: 'Solidarity among detainees' },
  after: { nameAr: 'الحياة بعد الإفراج', nameEn: 'Life after release' }
} as const;

export const TESTIMONIES: readonly SampleTestimony[] = [
  {
    language: 'ar',
    told: 'audio',
    end: 'published',
    said: [
      'كُنَّا عِشْرِينَ رَجُلًا فِي غُرْفَةٍ صَغِيرَةٍ.',
      'كَانَ مَعَنَا مُعَلِّمٌ اسْمُهُ سَلِيمٌ مِنْ قَرْيَتِنَا.',
      'عَلَّمَنَا القِرَاءَةَ كُلَّ مَسَاءٍ مِنْ ذَاكِرَتِهِ.',
      'كَتَبْنَا الحُرُوفَ عَلَى الجِدَارِ بِقِطْعَةِ صَابُونٍ.',
      'خَرَجْتُ بَعْدَ سَنَتَيْنِ وَأَنَا أَقْرَأُ.'
    ],
    other: [
      'There were twenty of us in a small room.',
      'With us was a teacher named Salim, from our village.',
      'Every evening he taught us to read, from memory.',
      'We wrote the letters on the wall with a piece of soap.',
      'I left after two years, able to read.'
    ],
    title: { ar: 'حروف على الجدار', en: 'Letters on the wall' },
    summary: { ar: 'معلّم يعلّم رفاقه القراءة من ذاكرته.', en: 'A teacher teaches his companions to read, from memory.' },
    facility: 'wadi',
    years: [2013, 2015],
    themes: ['solidarity'],
    redacted: { from: 0.22, to: 0.4, treatment: 'tone', reason: 'third_party' }
  },
  {
    language: 'en',
    told: 'audio',
    end: 'published',
    said: [
      'I was a nurse in a small hospital before I was taken.',
      'In the old tower they asked me to look after the others.',
      'We had no medicine, only salt water and clean cloth.',
      'I counted the days with threads that I pulled from my blanket.',
      'When I was released, I went back to work within a month.'
    ],
    other: [
      'كنت ممرضة في مستشفى صغير قبل أن أؤخذ.',
      'في البرج القديم طلبوا مني أن أعتني بالأخريات.',
      'لم يكن لدينا دواء، بل ماء وملح وقماش نظيف.',
      'عددت الأيام بخيوط سحبتها من بطانيتي.',
      'حين أُفرج عني عدت إلى عملي خلال شهر.'
    ],
    title: { ar: 'خيوط البطانية', en: 'Threads from a blanket' },
    summary: { ar: 'ممرضة تعتني برفيقاتها بلا دواء.', en: 'A nurse looks after her companions without medicine.' },
    facility: 'tower',
    years: [2014, 2014],
    themes: ['health', 'after'],
    warning: 'deprivation'
  },
  {
    language: 'es',
    told: 'audio',
    end: 'published',
    said: [
      'Mi hermano vivía en la misma ciudad y no sabía dónde estaba yo.',
      'Mi madre fue cada semana a la puerta con una bolsa de ropa.',
      'Nadie le dijo nunca una palabra.',
      'Después de un año recibí un pañuelo y supe que era de ella.'
    ],
    other: [
      'كان أخي يعيش في المدينة نفسها ولا يعرف أين أنا.',
      'كانت أمي تأتي كل أسبوع إلى الباب ومعها كيس ثياب.',
      'لم يقل لها أحد كلمة.',
      'بعد سنة وصلني منديل وعرفت أنه منها.'
    ],
    title: { ar: 'المنديل', en: 'The handkerchief' },
    summary: { ar: 'أم تنتظر عند الباب كل أسبوع.', en: 'A mother waits at the door every week.' },
    facility: 'salt',
    years: [2012, 2013],
    themes: ['family']
  },
  {
    language: 'en',
    told: 'video',
    end: 'published',
    refused: { face: 'no', name: 'no' },
    said: [
      'I will not show my face, but I want my voice to be heard.',
      'We shared one window, and each of us had it for an hour.',
      'From there I could see a fig tree behind the wall.',
      'I told the others what the tree looked like in every season.'
    ],
    other: [
      'لن أظهر وجهي، لكني أريد أن يُسمع صوتي.',
      'كانت لنا نافذة واحدة، ولكل منا ساعة عندها.',
      'من هناك كنت أرى شجرة تين خلف الجدار.',
      'كنت أصف للآخرين الشجرة في كل فصل.'
    ],
    title: { ar: 'شجرة التين', en: 'The fig tree' },
    summary: { ar: 'نافذة واحدة وساعة لكل واحد.', en: 'One window, an hour for each.' },
    facility: 'wadi',
    years: [2016, 2017],
    themes: ['solidarity']
  },
  {
    language: 'ar',
    told: 'written',
    end: 'published',
    said: [
      'وصلت إلى معتقل الملّاحة في أول الشتاء. لم يكن معي غير قميص صيفي، فأعطاني رجل لا أعرفه نصف معطفه.',
      'قال لي إن اسمه لا يهم، وإن المعطف كان لأخيه. ظللنا ننام ظهرًا إلى ظهر حتى الربيع.',
      'بعد الإفراج بحثت عنه سنوات. وجدت أخاه، فأعدت إليه نصف المعطف.'
    ],
    other: [
      'I came to Mallaha at the beginning of winter. I had only a summer shirt, and a man I did not know gave me half of his coat.',
      'He said that his name did not matter, and that the coat had been his brother’s. We slept back to back until spring.',
      'After my release I looked for him for years. I found his brother, and gave him back half of the coat.'
    ],
    title: { ar: 'نصف معطف', en: 'Half a coat' },
    summary: { ar: 'غريب يقتسم معطفه في أول الشتاء.', en: 'A stranger shares his coat at the beginning of winter.' },
    facility: 'salt',
    years: [2014, 2015],
    themes: ['solidarity', 'after']
  },
  {
    language: 'en',
    told: 'audio',
    end: 'published',
    refused: { public: 'no', education: 'no', voice: 'no' },
    said: [
      'I agreed that journalists and courts may hear this, and nobody else.',
      'I saw the list of names on the desk of the officer.',
      'There were forty seven names, and mine was the last one.'
    ],
    other: ['وافقت أن يسمع هذا صحفيون ومحاكم فقط.', 'رأيت قائمة الأسماء على مكتب الضابط.', 'كانت سبعة وأربعين اسمًا، وكان اسمي آخرها.'],
    title: { ar: 'القائمة', en: 'The list' },
    summary: { ar: 'للصحافة والمحاكم فقط.', en: 'For journalists and courts only.' },
    facility: 'tower',
    years: [2015, 2015],
    themes: ['family']
  },
  {
    language: 'en',
    told: 'written',
    end: 'withdrawn',
    said: ['I told this once, and I was glad that I did. Later my family asked me to take it back.', 'I am grateful that I could.'],
    other: ['رويت هذا مرة وكنت سعيدًا بذلك. ثم طلبت عائلتي أن أسحبه.', 'أنا ممتن لأنني استطعت.'],
    title: { ar: 'شهادة قصيرة', en: 'A short account' },
    summary: { ar: 'شهادة سُحبت لاحقًا.', en: 'An account that was later withdrawn.' },
    themes: ['family']
  },
  {
    language: 'ar',
    told: 'audio',
    end: 'in_review',
    said: ['كَانَ أَبِي يَنْتَظِرُ أَمَامَ البَابِ كُلَّ يَوْمٍ.', 'لَمْ يَسْمَحُوا لَهُ بِالدُّخُولِ.', 'كُنْتُ أَسْمَعُ صَوْتَهُ مِنْ بَعِيدٍ.'],
    other: ['My father waited in front of the door every day.', 'They did not let him in.', 'I could hear his voice from far away.'],
    title: { ar: 'صوت أبي', en: 'My father’s voice' },
    summary: { ar: 'أب ينتظر أمام الباب.', en: 'A father waits in front of the door.' },
    facility: 'tower',
    years: [2012, 2012],
    themes: ['family']
  },
  {
    language: 'en',
    told: 'audio',
    end: 'submitted',
    said: [
      'This is the first time that I speak about it.',
      'The room had no window, and the light was never turned off.',
      'We learned to tell the hour by the sound of the kitchen.'
    ],
    other: ['هذه أول مرة أتحدث فيها عن ذلك.', 'لم يكن في الغرفة نافذة، ولم يُطفأ الضوء قط.', 'تعلمنا أن نعرف الساعة من صوت المطبخ.'],
    title: { ar: '', en: '' },
    summary: { ar: '', en: '' }
  },
  {
    language: 'ar',
    told: 'audio',
    end: 'submitted',
    refused: { machine: 'no', public: 'unsure' },
    said: ['أُرِيدُ أَنْ يَسْمَعَنِي إِنْسَانٌ لَا آلَةٌ.', 'هٰذَا مَا طَلَبْتُهُ.'],
    other: ['I want to be heard by a person, not by a machine.', 'That is what I asked for.'],
    title: { ar: '', en: '' },
    summary: { ar: '', en: '' }
  },
  {
    language: 'ku',
    told: 'audio',
    end: 'in_review',
    said: ['Em li odeyek biçûk bûn.', 'Her êvar me stran digotin.', 'Ev stran hê jî di bîra min de ne.'],
    other: ['كنا في غرفة صغيرة.', 'كنا نغني كل مساء.', 'ما زلت أذكر تلك الأغاني.'],
    title: { ar: 'أغاني المساء', en: 'Evening songs' },
    summary: { ar: 'غناء كل مساء في غرفة صغيرة.', en: 'Singing every evening in a small room.' },
    facility: 'salt',
    years: [2016, 2016],
    themes: ['solidarity']
  },
  {
    language: 'en',
    told: 'written',
    end: 'changes_requested',
    said: [
      'My neighbour Karim was taken on the same day. I do not know whether he would want his name here.',
      'Please tell me what you think.'
    ],
    other: ['أُخذ جاري كريم في اليوم نفسه. لا أعرف إن كان يريد أن يُذكر اسمه.', 'أخبروني برأيكم.'],
    title: { ar: 'اليوم نفسه', en: 'The same day' },
    summary: { ar: 'جاران أُخذا في يوم واحد.', en: 'Two neighbours, taken on one day.' },
    facility: 'wadi',
    years: [2011, 2011],
    themes: ['family']
  },
  {
    language: 'en',
    told: 'audio',
    end: 'approved_by_one',
    said: [
      'They moved us at night, and we did not know where to.',
      'In the morning I heard a train, and I knew that we were near the river.'
    ],
    other: ['نقلونا ليلًا ولم نعرف إلى أين.', 'في الصباح سمعت قطارًا فعرفت أننا قرب النهر.'],
    title: { ar: 'القطار', en: 'The train' },
    summary: { ar: 'نقل ليلي إلى مكان مجهول.', en: 'A transfer by night to an unknown place.' },
    facility: 'tower',
    years: [2013, 2013],
    themes: ['family']
  },
  {
    language: 'en',
    told: 'written',
    end: 'scheduled',
    said: ['I kept a button of my daughter’s dress in my hand for a year.', 'I gave it back to her on the day I came home.'],
    other: ['أبقيت زر فستان ابنتي في يدي سنة كاملة.', 'أعدته إليها يوم رجعت إلى البيت.'],
    title: { ar: 'الزر', en: 'The button' },
    summary: { ar: 'زر فستان في اليد سنة كاملة.', en: 'A button of a dress, held for a year.' },
    facility: 'salt',
    years: [2015, 2016],
    themes: ['family', 'after']
  },
  {
    language: 'en',
    told: 'written',
    end: 'declined',
    said: ['This is advertising for a shop and no testimony. It is here so that the desk has something to decline.'],
    other: ['هذا إعلان لمتجر وليس شهادة.'],
    title: { ar: '', en: '' },
    summary: { ar: '', en: '' }
  },
  {
    language: 'fr',
    told: 'written',
    end: 'draft',
    said: ['Je commence à écrire, et je continuerai demain.'],
    other: ['بدأت أكتب وسأتابع غدًا.'],
    title: { ar: '', en: '' },
    summary: { ar: '', en: '' }
  }
];
