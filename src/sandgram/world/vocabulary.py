"""Words that the world is made of. Adding to a list changes the world of every seed."""

FIRST_NAMES = (
    "Lena", "Marlow", "Inés", "Tomasz", "Aiko", "Noor", "Priya", "Jonas", "Zofia", "Kwame",
    "Yara", "Bruno", "Saoirse", "Emre", "Chidi", "Freya", "Luca", "Mei", "Rashid", "Olga",
    "Pilar", "Anders", "Thandi", "Hugo", "Nadia", "Iker", "Salma", "Viktor", "Leila", "Otto",
    "Marisol", "Kenji", "Amara", "Stellan", "Jana", "Farid", "Greta", "Dario", "Sunniva", "Ravi",
)  # fmt: skip

LAST_NAMES = (
    "Okafor", "Lindqvist", "Moreau", "Kowalska", "Tanaka", "Haddad", "Iyer", "Brandt", "Nowak",
    "Mensah", "Castell", "Ferreira", "Byrne", "Yildiz", "Adeyemi", "Solberg", "Ricci", "Chen",
    "Karimi", "Petrova", "Vidal", "Holm", "Dlamini", "Keller", "Rahimi", "Etxeberria", "Aziz",
    "Novak", "Sato", "Winter", "Rojas", "Abe", "Eze", "Dahl", "Horvat", "Naser", "Vogel", "Conti",
)  # fmt: skip

HANDLE_WORDS = (
    "amber", "birch", "cedar", "dune", "ember", "fjord", "gravel", "heron", "indigo", "juniper",
    "kelp", "lark", "maple", "nectar", "ochre", "pebble", "quartz", "raven", "saffron", "thistle",
    "umber", "violet", "willow", "yarrow", "zephyr", "anchor", "basil", "clover", "drift", "fable",
)  # fmt: skip

BIOS = (
    "Coffee first, then everything else.",
    "Painter of small boats. Prints by message.",
    "Runs slowly, reads quickly.",
    "Two cats, one allotment, no plan.",
    "Photographs of stairs. Only stairs.",
    "Kocht zu viel, fotografiert noch mehr.",
    "Zwischen Bergen und Bahnhöfen unterwegs.",
    "Je fais du pain et parfois des photos.",
    "La mer, la nuit, les vieux vélos.",
    "Fotos de mercados y de sus dueños.",
    "Aprendiendo cerámica, rompo casi todo.",
    "Fotografo portoni e finestre. Sempre di fretta.",
    "Zbieram stare mapy i nowe przepisy.",
    "Bisiklet, zeytin ve biraz müzik.",
    "海と写真と猫。",
    "朝の散歩を記録しています。",
    "喜欢旧书店和下雨天。",
    "산책하고 그림을 그려요.",
    "Гуляю по крышам и пеку хлеб.",
    "أصوّر الأسواق القديمة والقطط.",
    "אופה לחם ומצלם גשרים.",
    "चाय, किताबें और पुरानी फ़िल्में।",
    "Φωτογραφίες από νησιά και φάρους.",
    "ถ่ายรูปตลาดและท้องฟ้า",
    "Plants 🌿 paper ✂️ patience 🐢",
    "",
)

CAPTIONS = (
    "The light was kind today.",
    "Third attempt, and I am keeping it.",
    "Found this on the way to something else.",
    "Sunday, slowly.",
    "Nobody asked, so here it is.",
    "Fast fertig, nur noch einmal von vorn.",
    "Ein Morgen ohne Eile.",
    "Un matin au marché, un panier trop petit.",
    "Hoy salió mejor que ayer.",
    "Mała rzecz, a cieszy.",
    "今日はいい天気でした。",
    "비 오는 날의 골목.",
    "Вечер, чай, тишина.",
    "مساء هادئ على الشاطئ.",
    "Before and after. Mostly before.",
    "Still learning where to stand.",
)

COMMENTS = (
    "Love the colours here!",
    "Where was this taken?",
    "This made my morning.",
    "Such a calm picture.",
    "So schön!",
    "Wo ist das denn?",
    "Magnifique.",
    "¡Qué maravilla!",
    "Bellissima luce.",
    "すてきですね。",
    "너무 예뻐요.",
    "Очень красиво!",
    "رائع جدا",
    "I would hang this on my wall.",
    "The second one is my favourite.",
    "Teach me how you did that, please.",
    "👏👏👏",
    "🔥",
)

HASHTAGS = (
    "harbour", "goldenhour", "streetstyle", "ceramics", "sourdough", "trailrunning", "citybikes",
    "oldmaps", "catsofsandgram", "houseplants", "filmphoto", "minimalism", "coffeebreak",
    "mountains", "seaside", "architecture", "bookshelf", "watercolour", "vintage", "gardening",
    "nightwalk", "recipes", "knitting", "vinyl", "lighthouses", "trains", "markets", "yoga",
    "campfire", "birdwatching", "typography", "picnic", "thrifted", "climbing", "sketchbook",
    "sunrise",
)  # fmt: skip

LOCATIONS = (
    "Lisboa", "Kraków", "Oslo", "Hamburg", "京都", "Accra", "Valparaíso", "Ghent", "İzmir", "Busan",
    "Trieste", "Nairobi", "القاهرة", "Halifax, NS",
)  # fmt: skip

TIMEZONES = (
    "Europe/Berlin", "Europe/London", "Europe/Warsaw", "Europe/Madrid", "America/New_York",
    "America/Sao_Paulo", "Asia/Tokyo",
)  # fmt: skip

PERSONAS = ("Mira Sol", "Juno Vale", "Atlas Reed", "Wren Okoye")
