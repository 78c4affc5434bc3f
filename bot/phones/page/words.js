// The words of the page itself, in its three languages. What the bot says is not here.

const ENGLISH = {
  title: "Phones and desk",
  about: "A Telegram on this computer. Nothing leaves it; all people are invented.",
  hour: "+ 1 hour", day: "+ 1 day", next: "To the next message →", clock: "The time here",
  moving: "Time is passing…",
  mother: "Mother", second_mother: "Second mother", father: "Father", grandmother: "Grandmother",
  moderator: "Moderator", desk: "The desk", general: "General", closed: "closed",
  start: "START", write: "Message", send: "Send", reply: "Reply", react: "Heart", edit: "Edit", erase: "Delete for everyone",
  cancel: "Cancel", copied: "Copied", edited: "edited", gone: "deleted message", lock: "Locked screen:",
  block: "Block the bot", unblock: "Unblock the bot", blocked: "She has blocked the bot.", link: "Open an invitation link or code…",
  voice: "Send a voice message", photo: "Send a photo", sticker: "Send a sticker", menu: "Commands", more: "More",
  who: "Write as", empty: "Nothing here yet.", pinned: "pinned", silent: "no sound", protected: "cannot be forwarded",
  lost: "The bot on this computer does not answer. Waiting for it…", answers: "Answering",
  media: { voice: "🎤 Voice message", audio: "🎵 Sound", photo: "🖼 Photo", document: "📄 File", sticker: "🙂 Sticker", contact: "👤 Contact", location: "📍 Place" },
  service: { forum_topic_created: "Topic opened", forum_topic_edited: "Topic renamed", forum_topic_closed: "Topic closed", forum_topic_reopened: "Topic opened again", new_chat_members: "Joined", left_chat_member: "Left", pinned_message: "Pinned", migrate_to_chat_id: "Moved" },
  days: ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
  months: ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
};

const RUSSIAN = {
  title: "Телефоны и дежурные",
  about: "Telegram на этом компьютере. Наружу ничего не уходит, все люди вымышлены.",
  hour: "+ 1 час", day: "+ 1 день", next: "К следующему сообщению →", clock: "Время здесь",
  moving: "Время идёт…",
  mother: "Мама", second_mother: "Вторая мама", father: "Папа", grandmother: "Бабушка",
  moderator: "Модератор", desk: "Дежурные", general: "Общая", closed: "закрыта",
  start: "НАЧАТЬ", write: "Сообщение", send: "Отправить", reply: "Ответить", react: "Сердце", edit: "Изменить", erase: "Удалить у всех",
  cancel: "Отмена", copied: "Скопировано", edited: "изменено", gone: "удалённое сообщение", lock: "На закрытом экране:",
  block: "Заблокировать бота", unblock: "Разблокировать бота", blocked: "Бот заблокирован.", link: "Открыть приглашение: ссылка или код…",
  voice: "Послать голосовое", photo: "Послать фото", sticker: "Послать стикер", menu: "Команды", more: "Ещё",
  who: "Писать как", empty: "Пока пусто.", pinned: "закреплено", silent: "без звука", protected: "нельзя переслать",
  lost: "Бот на этом компьютере не отвечает. Ждём…", answers: "Ответ на",
  media: { voice: "🎤 Голосовое", audio: "🎵 Звук", photo: "🖼 Фото", document: "📄 Файл", sticker: "🙂 Стикер", contact: "👤 Контакт", location: "📍 Место" },
  service: { forum_topic_created: "Тема открыта", forum_topic_edited: "Тема переименована", forum_topic_closed: "Тема закрыта", forum_topic_reopened: "Тема снова открыта", new_chat_members: "Новый участник", left_chat_member: "Участник вышел", pinned_message: "Закреплено", migrate_to_chat_id: "Группа переехала" },
  days: ["воскресенье", "понедельник", "вторник", "среда", "четверг", "пятница", "суббота"],
  months: ["января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"],
};

const TAJIK = {
  title: "Телефонҳо ва навбатдорон",
  about: "Telegram дар ҳамин компютер. Ҳеҷ чиз берун намеравад, ҳамаи одамон хаёлианд.",
  hour: "+ 1 соат", day: "+ 1 рӯз", next: "То паёми навбатӣ →", clock: "Вақт дар ин ҷо",
  moving: "Вақт мегузарад…",
  mother: "Модар", second_mother: "Модари дуюм", father: "Падар", grandmother: "Бибӣ",
  moderator: "Модератор", desk: "Навбатдорон", general: "Умумӣ", closed: "баста",
  start: "ОҒОЗ", write: "Паём", send: "Фиристодан", reply: "Ҷавоб додан", react: "Дил", edit: "Тағйир додан", erase: "Барои ҳама нест кардан",
  cancel: "Бекор кардан", copied: "Нусха гирифта шуд", edited: "тағйир ёфт", gone: "паёми нестшуда", lock: "Дар экрани қулф:",
  block: "Ботро бастан", unblock: "Ботро кушодан", blocked: "Бот баста шудааст.", link: "Кушодани даъват: пайванд ё рамз…",
  voice: "Фиристодани паёми овозӣ", photo: "Фиристодани акс", sticker: "Фиристодани стикер", menu: "Фармонҳо", more: "Боз",
  who: "Навиштан аз номи", empty: "Ҳоло холист.", pinned: "часпонда шуд", silent: "бе садо", protected: "фиристодан мумкин нест",
  lost: "Бот дар ин компютер ҷавоб намедиҳад. Интизорем…", answers: "Ҷавоб ба",
  media: { voice: "🎤 Паёми овозӣ", audio: "🎵 Овоз", photo: "🖼 Акс", document: "📄 Файл", sticker: "🙂 Стикер", contact: "👤 Контакт", location: "📍 Ҷой" },
  service: { forum_topic_created: "Мавзӯъ кушода шуд", forum_topic_edited: "Номи мавзӯъ тағйир ёфт", forum_topic_closed: "Мавзӯъ баста шуд", forum_topic_reopened: "Мавзӯъ боз кушода шуд", new_chat_members: "Иштирокчии нав", left_chat_member: "Иштирокчӣ рафт", pinned_message: "Часпонда шуд", migrate_to_chat_id: "Гурӯҳ кӯчид" },
  days: ["якшанбе", "душанбе", "сешанбе", "чоршанбе", "панҷшанбе", "ҷумъа", "шанбе"],
  months: ["январ", "феврал", "март", "апрел", "май", "июн", "июл", "август", "сентябр", "октябр", "ноябр", "декабр"],
};

const ALL = { en: ENGLISH, ru: RUSSIAN, tg: TAJIK };
let language = ALL[localStorage.getItem("language")] ? localStorage.getItem("language") : "en";

export const word = (name) => ALL[language][name] ?? ENGLISH[name] ?? name;
export const currentLanguage = () => language;

export function speak(code) {
  language = code;
  localStorage.setItem("language", code);
}

function parts(moment, zone) {
  const shape = { timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" };
  const found = {};
  for (const { type, value } of new Intl.DateTimeFormat("en-GB", shape).formatToParts(new Date(moment))) found[type] = value;
  return found;
}

export function hour(moment, zone) {
  const at = parts(moment, zone);
  return `${at.hour}:${at.minute}`;
}

export function day(moment, zone) {
  const at = parts(moment, zone);
  const weekday = new Date(Date.UTC(at.year, at.month - 1, at.day)).getUTCDay();
  return `${word("days")[weekday]}, ${Number(at.day)} ${word("months")[at.month - 1]} ${at.year}`;
}
