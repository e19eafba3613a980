//! The complete example: a morning at Cà phê Hiên, an invented café with three branches.
//!
//! One table: [`PERSONAS`], then [`STAGES`] with their touchpoints in the order in which a customer meets them.
//! Each text stands in Vietnamese and in English; the emotions make one arc that falls at the wait for the drink
//! and recovers with the first sip.

use Control::{Outside, Own};
use Directness::{Direct, Indirect};
use Nature::{Communication, Digital, Human, Physical};
use Place::{
    App, Bar, Counter, Delivery, Email, Frontage, Instagram, Maps, Messenger, Phone, Shop, Talk, TikTok, Web, Zalo,
};
use uuid::Uuid;

use super::{LANES, Lang, T, add_channel, add_lane};
use crate::board::{Control, Directness, Emotion, LaneKind, MapState, Market, Nature, NoteHome, Phase, Score};
use crate::edit::{At, Edit, MapField, Splice, TextField, TouchpointField};
use crate::id::{ChannelId, LaneId, NoteId, PersonId, PersonaId, StageId, TouchpointId};

pub(super) const TITLE: T = T("Một buổi sáng ở quán", "A morning at the café");
const BRAND: T = T("Cà phê Hiên", "Cà phê Hiên");

/// Who rated in the example: the same five for everybody, nobody's real id.
const RATERS: [PersonId; 5] = [
    PersonId(Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_0001)),
    PersonId(Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_0002)),
    PersonId(Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_0003)),
    PersonId(Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_0004)),
    PersonId(Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_0005)),
];

/// Unrated: on neither scale, so that reading it as a rating yields none.
const X: i8 = i8::MIN;
const UNRATED: [i8; 5] = [X; 5];

#[derive(Clone, Copy)]
enum Place {
    Instagram,
    TikTok,
    Maps,
    Talk,
    Frontage,
    Web,
    Messenger,
    Zalo,
    Phone,
    Shop,
    Counter,
    Bar,
    App,
    Email,
    Delivery,
}

/// The channels, in the order of [`Place`].
const CHANNELS: [T; 15] = [
    T("Instagram", "Instagram"),
    T("TikTok", "TikTok"),
    T("Google Maps", "Google Maps"),
    T("Truyền miệng", "Word of mouth"),
    T("Mặt tiền quán", "Shop front"),
    T("Trang web", "Website"),
    T("Messenger", "Messenger"),
    T("Zalo", "Zalo"),
    T("Điện thoại", "Phone"),
    T("Quán", "Café"),
    T("Quầy thu ngân", "Till"),
    T("Quầy pha chế", "Coffee bar"),
    T("Ứng dụng Hiên", "Hiên app"),
    T("Email", "E-mail"),
    T("Ứng dụng giao hàng", "Delivery app"),
];

struct PersonaText {
    name: T,
    demographics: T,
    needs: T,
    difficulties: T,
}

const LINH: usize = 0;
const QUAN: usize = 1;
const HAI: usize = 2;

/// The personas; the first is in focus.
const PERSONAS: [PersonaText; 3] = [
    PersonaText {
        name: T("Linh, sinh viên", "Linh, student"),
        demographics: T(
            "20 tuổi, sinh viên năm ba ngành thiết kế, ở trọ cách quán mười phút xe máy. Mỗi buổi cà phê tiêu chừng 60.000 đ.",
            "20, third-year design student, rents a room ten minutes away by scooter. Spends about 60,000 đ on a café morning.",
        ),
        needs: T(
            "Một chỗ ngồi được lâu, có ổ cắm và Wi-Fi ổn định; đồ uống dưới 50.000 đ; góc đẹp để chụp ảnh.",
            "A seat she can keep for a while, with a socket and steady Wi-Fi; a drink under 50,000 đ; a pretty corner for photos.",
        ),
        difficulties: T(
            "Ngại hỏi mật khẩu Wi-Fi, ngại ngồi tiếp khi ly đã cạn. Giờ đông không biết bao giờ tới lượt mình.",
            "Shy about asking for the Wi-Fi password and about staying once the glass is empty. At rush hour she cannot tell when her turn will come.",
        ),
    },
    PersonaText {
        name: T("Quân, văn phòng", "Quân, office worker"),
        demographics: T(
            "32 tuổi, trưởng nhóm kinh doanh, công ty cách quán 400 m. Ghé bốn sáng mỗi tuần trước giờ làm.",
            "32, leads a sales team in an office 400 m away. Comes by four mornings a week before work.",
        ),
        needs: T(
            "Cầm ly đi trong năm phút; hoá đơn có mã số thuế công ty; thỉnh thoảng một góc yên để gọi video với khách.",
            "Out of the door with a cup within five minutes; an invoice with the company’s tax number; now and then a quiet corner for a video call.",
        ),
        difficulties: T(
            "Sau 7 giờ 45 là bắt đầu vội. Không thích phải nhắc lại món mình uống mỗi ngày.",
            "In a hurry from 7:45 on. Dislikes having to repeat the order he places every day.",
        ),
    },
    PersonaText {
        name: T("Bác Hải, khách quen", "Mr Hải, regular"),
        demographics: T(
            "63 tuổi, cán bộ hưu trí, nhà ở hẻm sau quán. Sáng nào cũng uống cà phê sữa với hai người bạn.",
            "63, retired civil servant, lives in the lane behind the café. Has his white coffee with two friends every morning.",
        ),
        needs: T(
            "Cái bàn quen ngoài hiên, người phục vụ quen mặt, tờ báo sáng, và trả được tiền mặt.",
            "His usual table on the porch, faces he knows, the morning paper, and a till that takes cash.",
        ),
        difficulties: T(
            "Mắt kém, ít dùng điện thoại thông minh: mã QR và thẻ thành viên trên ứng dụng làm bác ngại.",
            "Poor eyesight and little use for a smartphone: QR codes and a loyalty card inside an app put him off.",
        ),
    },
];

struct StageText {
    name: T,
    phase: Phase,
    goals: &'static [T],
    actions: &'static [T],
    touchpoints: &'static [Row],
}

struct Row {
    name: T,
    place: Place,
    kind: (Nature, Directness, Control),
    met: &'static [usize],
    /// Of Linh, Quân, Hải.
    emotion: [i8; 3],
    /// By rater.
    importance: [i8; 5],
    /// By rater.
    performance: [i8; 5],
    pains: &'static [T],
    opportunities: &'static [T],
    notes: T,
}

const STAGES: [StageText; 6] = [
    StageText {
        name: T("Nhận biết", "Awareness"),
        phase: Phase::Before,
        goals: &[T(
            "Tìm một quán yên tĩnh, gần chỗ làm để ngồi buổi sáng",
            "Find a quiet café near work for the morning",
        )],
        actions: &[T(
            "Lướt Instagram, hỏi bạn bè, để ý những quán trên đường đi làm",
            "Scrolls Instagram, asks friends, notices cafés on the way to work",
        )],
        touchpoints: &[
            Row {
                name: T(
                    "Thấy ảnh quán khi lướt Instagram",
                    "Spotting the café while scrolling Instagram",
                ),
                place: Instagram,
                kind: (Digital, Indirect, Own),
                met: &[LINH, QUAN],
                emotion: [1, 0, X],
                importance: [3, 4, 3, 4, 3],
                performance: [4, 4, 3, 4, 3],
                pains: &[T(
                    "Ảnh đẹp hơn thực tế ở hai chi nhánh mới mở",
                    "Photos look better than the two new branches really do",
                )],
                opportunities: &[T(
                    "Chụp lại từng chi nhánh bằng ánh sáng thật, đúng giờ khách hay ngồi",
                    "Photograph each branch in its own light, at the hour when people sit there",
                )],
                notes: T(
                    "Bài có người ngồi trong ảnh được lưu nhiều gấp đôi bài chỉ chụp ly nước.",
                    "Posts with people in them are saved twice as often as posts that show only a cup.",
                ),
            },
            Row {
                name: T("Đọc đánh giá trước khi đến", "Reading reviews before coming"),
                place: Maps,
                kind: (Communication, Indirect, Outside),
                met: &[LINH, QUAN],
                emotion: [0, -1, X],
                importance: [5, 5, 4, 5, 4],
                performance: [3, 3, 2, 4, 3],
                pains: &[T(
                    "Đánh giá một sao về chuyện chờ lâu nằm trên cùng, không ai trả lời",
                    "One-star reviews about the wait sit at the top, unanswered",
                )],
                opportunities: &[T(
                    "Trả lời mọi đánh giá 1–3 sao trong 24 giờ",
                    "Answer every 1–3 star review within 24 hours",
                )],
                notes: T(
                    "4,3 sao, 612 đánh giá. Từ hay gặp nhất: “chờ”, “yên tĩnh”, “ổ cắm”.",
                    "4.3 stars, 612 reviews. Most frequent words: “wait”, “quiet”, “socket”.",
                ),
            },
            Row {
                name: T("Nghe bạn bè giới thiệu", "Hearing about it from friends"),
                place: Talk,
                kind: (Human, Indirect, Outside),
                met: &[LINH, QUAN, HAI],
                emotion: [2, 1, 2],
                importance: [5, 4, 4, 5, 4],
                performance: [4, 4, 5, 4, 4],
                pains: &[],
                opportunities: &[],
                notes: T(
                    "Hỏi nhanh 40 khách mới: 17 người đến vì có người quen rủ.",
                    "A quick question to 40 new customers: 17 came because someone they know suggested it.",
                ),
            },
            Row {
                name: T("Xem clip của một bạn chuyên đi quán", "Watching a café-hopper’s clip"),
                place: TikTok,
                kind: (Communication, Indirect, Outside),
                met: &[LINH],
                emotion: [1, X, X],
                importance: UNRATED,
                performance: UNRATED,
                pains: &[],
                opportunities: &[T(
                    "Chuẩn bị sẵn một trang thông tin và ảnh đúng cho người làm clip",
                    "Keep a page of correct facts and pictures ready for people who film",
                )],
                notes: T(
                    "Mới thấy tháng này, cả nhóm chưa kịp chấm. Tuần sau xem lại số lượt hỏi đường.",
                    "New this month, the team has not rated it yet. Look at the requests for directions next week.",
                ),
            },
            Row {
                name: T(
                    "Thấy biển hiệu trên đường đi làm",
                    "Noticing the sign on the way to work",
                ),
                place: Frontage,
                kind: (Physical, Direct, Own),
                met: &[QUAN, HAI],
                emotion: [X, 0, 1],
                importance: [4, 3, 3, 4, 3],
                performance: [3, 2, 3, 2, 3],
                pains: &[T(
                    "Hàng cây che nửa chữ, đi từ phía đường một chiều không đọc được",
                    "Trees hide half the name; it cannot be read from the one-way side",
                )],
                opportunities: &[T(
                    "Thêm biển vẫy vuông góc với vỉa hè, sáng đèn từ 6 giờ",
                    "Add a sign at right angles to the pavement, lit from 6 a.m.",
                )],
                notes: T(
                    "Xin phép phường trước khi treo.",
                    "The ward has to give its permission first.",
                ),
            },
            Row {
                name: T("Ngửi mùi cà phê rang khi đi ngang", "Smelling the roast in passing"),
                place: Frontage,
                kind: (Physical, Direct, Own),
                met: &[LINH, QUAN, HAI],
                emotion: [1, 1, 2],
                importance: [3, 3, 2, 3, 3],
                performance: [4, 5, 4, 5, 4],
                pains: &[],
                opportunities: &[T(
                    "Rang mẻ nhỏ lúc 7 giờ, đúng lúc vỉa hè đông người",
                    "Roast a small batch at 7, when the pavement is busy",
                )],
                notes: T(
                    "Khách lâu năm nhắc mùi này nhiều hơn nhắc tên quán.",
                    "Long-time customers mention the smell more often than the name.",
                ),
            },
        ],
    },
    StageText {
        name: T("Cân nhắc", "Consideration"),
        phase: Phase::Before,
        goals: &[T(
            "Biết trước giá, món và còn chỗ ngồi hay không",
            "Know prices, drinks and free seats beforehand",
        )],
        actions: &[T(
            "Xem thực đơn, tra đường, nhắn hoặc gọi hỏi chỗ",
            "Looks at the menu, checks the way, messages or calls about a seat",
        )],
        touchpoints: &[
            Row {
                name: T("Xem thực đơn và giá", "Checking the menu and prices"),
                place: Web,
                kind: (Digital, Direct, Own),
                met: &[LINH, QUAN],
                emotion: [0, -1, X],
                importance: [4, 4, 5, 4, 4],
                performance: [3, 3, 2, 4, 3],
                pains: &[T(
                    "Giá trên web chưa cập nhật, tới quầy mới biết đã tăng 5.000 đ",
                    "Prices on the website are old; at the till it turns out to be 5,000 đ more",
                )],
                opportunities: &[T(
                    "Lấy giá thẳng từ máy bán hàng, đổi một nơi là đổi khắp nơi",
                    "Take prices straight from the till system: change once, change everywhere",
                )],
                notes: T(
                    "Ba phần tư lượt xem là từ điện thoại; tệp PDF hiện tại phải phóng to mới đọc được.",
                    "Three quarters of the visits are on phones; the present PDF has to be enlarged to be read.",
                ),
            },
            Row {
                name: T("Xem giờ mở cửa và đường đi", "Looking up opening hours and the way"),
                place: Maps,
                kind: (Digital, Indirect, Own),
                met: &[LINH, QUAN],
                emotion: [1, 0, X],
                importance: [5, 4, 4, 5, 4],
                performance: [4, 3, 4, 4, 3],
                pains: &[T(
                    "Ngày lễ quán nghỉ mà Google Maps vẫn báo đang mở",
                    "On holidays the café is closed while Google Maps says open",
                )],
                opportunities: &[T(
                    "Giao một người cập nhật giờ mở cửa trước mỗi kỳ nghỉ lễ",
                    "Make one person responsible for the hours before each holiday",
                )],
                notes: T(
                    "Trang doanh nghiệp trên Google Maps là của quán; đánh giá trong đó thì không.",
                    "The business profile on Google Maps is ours; the reviews in it are not.",
                ),
            },
            Row {
                name: T("Nhắn hỏi còn chỗ ngồi không", "Messaging to ask for a free seat"),
                place: Messenger,
                kind: (Human, Direct, Own),
                met: &[LINH, QUAN],
                emotion: [-1, -2, X],
                importance: [4, 4, 4, 5, 3],
                performance: [2, 2, 1, 3, 2],
                pains: &[T(
                    "Tin nhắn giờ trưa phải chờ 40 phút mới có trả lời",
                    "Messages at noon wait 40 minutes for an answer",
                )],
                opportunities: &[T(
                    "Tự động báo số bàn còn trống",
                    "Answer automatically with the number of free tables",
                )],
                notes: T(
                    "Hiện một bạn ca sáng trả lời bằng điện thoại riêng, hết ca là không ai xem.",
                    "At present someone on the morning shift answers on their own phone; after that nobody looks.",
                ),
            },
            Row {
                name: T("Gọi điện giữ bàn cho nhóm", "Calling to hold a table for a group"),
                place: Phone,
                kind: (Human, Direct, Own),
                met: &[QUAN, HAI],
                emotion: [X, -1, 1],
                importance: [3, 3, 4, 3, 3],
                performance: [3, 3, 2, 3, X],
                pains: &[T(
                    "Giờ đông, chuông reo cả phút không ai nhấc máy",
                    "At busy hours the phone rings for a minute unanswered",
                )],
                opportunities: &[T(
                    "Chuyển cuộc gọi giờ cao điểm sang chi nhánh đang vắng",
                    "Pass rush-hour calls on to the branch that is quiet",
                )],
                notes: T(
                    "Bác Hải gọi là được giữ bàn ngay: cả quán biết giọng bác.",
                    "When Mr Hải calls, his table is held at once: everyone knows his voice.",
                ),
            },
            Row {
                name: T("Nhận ưu đãi ly đầu tiên", "Getting the first-cup offer"),
                place: Zalo,
                kind: (Communication, Direct, Own),
                met: &[LINH, QUAN],
                emotion: [1, 0, X],
                importance: [3, 3, 3, 4, 2],
                performance: [3, 4, 3, 4, 3],
                pains: &[],
                opportunities: &[T(
                    "Gửi lúc 7 giờ sáng thay vì 8 giờ tối",
                    "Send it at 7 in the morning instead of 8 at night",
                )],
                notes: T(
                    "Tỉ lệ dùng mã 11,5 % trong bảy ngày đầu.",
                    "11.5% of the codes are used within seven days.",
                ),
            },
        ],
    },
    StageText {
        name: T("Gọi món", "Ordering"),
        phase: Phase::During,
        goals: &[T(
            "Gọi đúng món mình thích, nhanh, không phải nhắc lại",
            "Order the drink I like, fast, without repeating myself",
        )],
        actions: &[T(
            "Gửi xe, tìm bàn, quét mã hoặc ra quầy, trả tiền, chờ lấy món",
            "Parks, finds a table, scans the code or goes to the till, pays, waits for the drink",
        )],
        touchpoints: &[
            Row {
                name: T("Gửi xe trước cửa quán", "Parking the scooter at the door"),
                place: Frontage,
                kind: (Human, Direct, Own),
                met: &[LINH, QUAN, HAI],
                emotion: [0, -1, 2],
                importance: [4, 4, 3, 4, 4],
                performance: [3, 3, 4, 3, 3],
                pains: &[T(
                    "Sau 8 giờ hết chỗ, phải gửi nhờ bãi cách 150 m",
                    "No space after 8; the next car park is 150 m away",
                )],
                opportunities: &[],
                notes: T(
                    "Chú bảo vệ dắt xe giúp người lớn tuổi. Không ai bảo, chú tự làm.",
                    "The guard wheels the scooter in for older guests. Nobody told him to.",
                ),
            },
            Row {
                name: T("Bước vào và được chào", "Walking in and being greeted"),
                place: Shop,
                kind: (Human, Direct, Own),
                met: &[LINH, QUAN, HAI],
                emotion: [2, 1, 2],
                importance: [5, 4, 5, 5, 4],
                performance: [5, 4, 5, 4, 4],
                pains: &[],
                opportunities: &[],
                notes: T(
                    "Quy ước của quán: chào trong năm giây, nhìn vào mắt, chưa hỏi món.",
                    "House rule: greet within five seconds, look people in the eye, no question about the order yet.",
                ),
            },
            Row {
                name: T("Tìm bàn trống", "Finding a free table"),
                place: Shop,
                kind: (Physical, Direct, Own),
                met: &[LINH, QUAN],
                emotion: [0, -1, X],
                importance: [4, 4, 3, 4, 4],
                performance: [3, 3, 3, 2, 3],
                pains: &[T(
                    "Một khách một laptop giữ bàn bốn người suốt buổi",
                    "One guest with one laptop keeps a table for four all morning",
                )],
                opportunities: &[],
                notes: T(
                    "32 chỗ, 11 bàn. Từ 7 giờ 45 đến 8 giờ 30 kín tầng trệt, tầng hai còn một nửa.",
                    "32 seats, 11 tables. From 7:45 to 8:30 the ground floor is full and upstairs half empty.",
                ),
            },
            Row {
                name: T("Gọi món bằng mã QR tại bàn", "Ordering by QR code at the table"),
                place: App,
                kind: (Digital, Direct, Own),
                met: &[LINH, QUAN, HAI],
                emotion: [-1, 1, -2],
                importance: [4, 5, 4, 4, 4],
                performance: [2, 3, 2, 3, 2],
                pains: &[T(
                    "Mã QR mờ, phải quét nhiều lần",
                    "The QR code is worn and takes several tries",
                )],
                opportunities: &[T(
                    "In lại mã lớn gấp đôi, và luôn có thực đơn giấy cho ai cần",
                    "Reprint the code twice as large, and keep a paper menu for whoever wants one",
                )],
                notes: T(
                    "38 % đơn gọi qua mã. Bỏ giữa chừng nhiều nhất ở bước nhập số điện thoại.",
                    "38% of orders come by QR. Most people who give up do so where the phone number is asked.",
                ),
            },
            Row {
                name: T("Hỏi nhân viên nên uống gì", "Asking the staff what to drink"),
                place: Counter,
                kind: (Human, Direct, Own),
                met: &[LINH, HAI],
                emotion: [1, X, 2],
                importance: [4, 3, 4, 4, 3],
                performance: [4, 4, 4, 3, 4],
                pains: &[],
                opportunities: &[T(
                    "Cho nhân viên mới nếm đủ thực đơn trong tuần đầu",
                    "Let new staff taste the whole menu in their first week",
                )],
                notes: T(
                    "Câu hỏi hay nhất đang dùng: “Anh chị thích đậm hay thơm?”",
                    "The best question in use: “Do you like it strong or fragrant?”",
                ),
            },
            Row {
                name: T("Thanh toán bằng VietQR", "Paying by VietQR"),
                place: Counter,
                kind: (Digital, Direct, Own),
                met: &[LINH, QUAN],
                emotion: [1, 2, X],
                importance: [4, 5, 4, 4, 4],
                performance: [4, 5, 4, 4, 4],
                pains: &[],
                opportunities: &[],
                notes: T(
                    "Loa báo “đã nhận tiền” sau chừng ba giây; tiền mặt vẫn nhận bình thường.",
                    "The speaker confirms the payment after about three seconds; cash is still welcome.",
                ),
            },
            Row {
                name: T("Được mời thêm bánh ở quầy", "Being offered a pastry at the till"),
                place: Counter,
                kind: (Human, Direct, Own),
                met: &[LINH, QUAN],
                emotion: [0, -1, X],
                importance: [2, 3, 2, 3, 2],
                performance: [3, 3, 2, 3, 3],
                pains: &[],
                opportunities: &[T(
                    "Chỉ mời một câu, và chỉ mời khi quầy vắng",
                    "Ask once, and only when there is no queue",
                )],
                notes: T(
                    "Bánh bán kèm chiếm 14 % doanh thu buổi sáng, nên sửa chứ không bỏ.",
                    "Pastries make 14% of the morning’s sales, so mend this rather than drop it.",
                ),
            },
            Row {
                name: T("Chờ lấy món giờ cao điểm", "Waiting for the drink at rush hour"),
                place: Bar,
                kind: (Physical, Direct, Own),
                met: &[LINH, QUAN, HAI],
                emotion: [-2, -1, 0],
                importance: [5, 5, 4, 5, 5],
                performance: [2, 2, 1, 3, 3],
                pains: &[T(
                    "Chờ 9–12 phút mà không biết đã đến lượt chưa",
                    "A wait of 9–12 minutes without knowing whose turn it is",
                )],
                opportunities: &[T(
                    "Bảng số thứ tự kèm thời gian chờ dự kiến",
                    "A number board that shows the expected wait",
                )],
                notes: T(
                    "Thời gian chờ trung vị 9,5 phút (7 giờ 45–8 giờ 30, đo trong hai tuần). Đích: 5,0 phút.",
                    "Median wait 9.5 minutes (7:45–8:30, measured over two weeks). Target: 5.0 minutes.",
                ),
            },
        ],
    },
    StageText {
        name: T("Thưởng thức", "Enjoying"),
        phase: Phase::During,
        goals: &[T(
            "Có một góc dễ chịu để làm việc hoặc trò chuyện",
            "Have a pleasant corner to work or talk in",
        )],
        actions: &[T(
            "Nhận ly, ngồi một hai tiếng, cắm máy, gọi thêm nước",
            "Takes the cup, stays an hour or two, plugs in, asks for more tea",
        )],
        touchpoints: &[
            Row {
                name: T("Nhận ly có ghi tên mình", "Taking a cup with my name on it"),
                place: Bar,
                kind: (Physical, Direct, Own),
                met: &[LINH, QUAN],
                emotion: [1, 1, X],
                importance: [3, 4, 3, 4, 3],
                performance: [4, 4, 4, 3, 5],
                pains: &[],
                opportunities: &[],
                notes: T(
                    "Tên viết đủ dấu. Ly ghi sai tên là ảnh bị chụp đăng lên nhiều nhất.",
                    "Names are written with every accent. A misspelt cup is the photo people post most.",
                ),
            },
            Row {
                name: T("Ngụm cà phê đầu tiên", "The first sip of coffee"),
                place: Shop,
                kind: (Physical, Direct, Own),
                met: &[LINH, QUAN, HAI],
                emotion: [2, 2, 2],
                importance: [5, 5, 5, 5, 5],
                performance: [5, 4, 5, 5, 4],
                pains: &[],
                opportunities: &[],
                notes: T(
                    "Lý do số một khiến khách quay lại. Đừng đổi hạt khi chưa cho khách quen nếm thử.",
                    "The first reason why people return. Do not change the beans before regulars have tasted them.",
                ),
            },
            Row {
                name: T("Không gian, nhạc và ánh sáng", "Room, music and light"),
                place: Shop,
                kind: (Physical, Direct, Own),
                met: &[LINH, QUAN, HAI],
                emotion: [1, 0, 1],
                importance: [4, 4, 4, 5, 4],
                performance: [4, 4, 4, 4, 3],
                pains: &[T(
                    "Sau 9 giờ nhạc to hơn, ai họp trực tuyến phải ra vỉa hè",
                    "After 9 the music is louder; people in calls go out to the pavement",
                )],
                opportunities: &[T(
                    "Giữ tầng hai không mở nhạc đến 11 giờ",
                    "Keep the upper floor free of music until 11",
                )],
                notes: T(
                    "Cửa hướng đông: rèm tre hạ lúc 8 giờ 15, trước khi nắng tới bàn trong.",
                    "The door faces east: bamboo blinds come down at 8:15, before the sun reaches the inner tables.",
                ),
            },
            Row {
                name: T("Tìm ổ cắm và Wi-Fi", "Looking for a socket and Wi-Fi"),
                place: Shop,
                kind: (Physical, Direct, Own),
                met: &[LINH, QUAN],
                emotion: [-1, -2, X],
                importance: [4, 5, 4, 5, 4],
                performance: [2, 2, 2, 3, 2],
                pains: &[T("Chỉ có 6 ổ cắm cho 32 chỗ ngồi", "Only 6 sockets for 32 seats")],
                opportunities: &[T(
                    "Dãy bàn làm việc có ổ cắm ở tầng hai",
                    "A row of work desks with sockets upstairs",
                )],
                notes: T(
                    "In mật khẩu Wi-Fi lên hoá đơn thì không ai phải hỏi nữa.",
                    "With the Wi-Fi password on the receipt nobody would have to ask.",
                ),
            },
            Row {
                name: T("Được rót thêm trà mà không phải gọi", "Tea refilled without asking"),
                place: Shop,
                kind: (Human, Direct, Own),
                met: &[LINH, QUAN, HAI],
                emotion: [2, 1, 2],
                importance: [3, 3, 3, 4, 3],
                performance: [4, 5, 4, 4, 4],
                pains: &[],
                opportunities: &[],
                notes: T(
                    "Tốn chừng 300 đ một lần rót. Đây là điều Linh kể lại với bạn.",
                    "Costs about 300 đ a time. It is what Linh tells her friends about.",
                ),
            },
            Row {
                name: T("Vào nhà vệ sinh", "Using the toilet"),
                place: Shop,
                kind: (Physical, Direct, Own),
                met: &[LINH, QUAN, HAI],
                emotion: [-1, 0, X],
                importance: [4, 4, 3, 4, 4],
                performance: [3, 2, 3, 2, 3],
                pains: &[T("Gần trưa hết giấy, sàn ướt", "No paper and a wet floor towards noon")],
                opportunities: &[T(
                    "Kiểm tra mỗi 45 phút, ghi giờ lên bảng",
                    "Check every 45 minutes and write the time on the door",
                )],
                notes: T(
                    "Bảng kiểm dán ở cửa từ tháng ba, chưa ai ký lần nào.",
                    "The check sheet has hung on the door since March; nobody has signed it yet.",
                ),
            },
            Row {
                name: T("Ly pha sai và được đổi ngay", "A wrong drink, replaced at once"),
                place: Bar,
                kind: (Human, Direct, Own),
                met: &[LINH, QUAN],
                emotion: [1, 0, X],
                importance: [4, 5, 4, 4, 5],
                performance: [4, 4, 3, 4, 4],
                pains: &[],
                opportunities: &[T(
                    "Cho nhân viên quyền đổi món ngay, không cần hỏi quản lý",
                    "Let staff replace a drink without asking the manager",
                )],
                notes: T(
                    "Khách được đổi trong hai phút chấm hài lòng cao hơn khách chưa gặp lỗi nào.",
                    "Customers helped within two minutes are happier than those who never met a mistake.",
                ),
            },
        ],
    },
    StageText {
        name: T("Gắn bó", "Coming back"),
        phase: Phase::After,
        goals: &[T(
            "Được nhớ mặt, nhớ món và có lý do để quay lại",
            "Be remembered, with my drink, and have a reason to return",
        )],
        actions: &[T(
            "Xem điểm thưởng, đọc tin Zalo, đặt giao ngày mưa, ghé lại",
            "Checks the points, reads the Zalo message, orders in on rainy days, drops by again",
        )],
        touchpoints: &[
            Row {
                name: T("Nhận hoá đơn điện tử", "Receiving the e-invoice"),
                place: Email,
                kind: (Communication, Direct, Own),
                met: &[QUAN],
                emotion: [X, 1, X],
                importance: [2, 3, 3, 2, 3],
                performance: [3, 3, 4, 3, 3],
                pains: &[],
                opportunities: &[],
                notes: T(
                    "Chỉ gửi khi khách nhập mã số thuế; lần sau tự điền sẵn.",
                    "Sent only when a tax number is given; filled in by itself the next time.",
                ),
            },
            Row {
                name: T("Tích điểm thẻ thành viên", "Collecting points on the loyalty card"),
                place: App,
                kind: (Digital, Direct, Own),
                met: &[LINH, QUAN, HAI],
                emotion: [0, -1, -1],
                importance: [4, 5, 4, 4, 4],
                performance: [3, 3, 3, 2, 3],
                pains: &[T(
                    "Điểm thưởng ghi chậm hai ngày, khách tưởng mất",
                    "Points arrive two days late; customers think they are lost",
                )],
                opportunities: &[T(
                    "Ghi điểm ngay khi quét VietQR",
                    "Credit the points the moment VietQR is scanned",
                )],
                notes: T(
                    "Khách không dùng ứng dụng vẫn cần một thẻ giấy đóng dấu: mười ly tặng một.",
                    "Whoever has no app still needs a paper card with stamps: ten cups, one free.",
                ),
            },
            Row {
                name: T("Lời hỏi thăm sau ba ngày", "A friendly message three days later"),
                place: Zalo,
                kind: (Communication, Direct, Own),
                met: &[LINH, QUAN],
                emotion: [1, X, X],
                importance: [3, 3, 4, 3, X],
                performance: UNRATED,
                pains: &[],
                opportunities: &[],
                notes: T(
                    "Mới chạy thử, chưa đủ số để chấm hiệu quả. Xem lại khi có 200 lượt gửi.",
                    "On trial, too early to rate its performance. Look again after 200 messages.",
                ),
            },
            Row {
                name: T("Được nhớ mặt, nhớ món", "Being known by face and drink"),
                place: Counter,
                kind: (Human, Direct, Own),
                met: &[LINH, QUAN, HAI],
                emotion: [2, 2, 2],
                importance: [5, 5, 4, 5, 5],
                performance: [4, 3, 3, 4, 3],
                pains: &[T(
                    "Đổi ca là không ai biết khách quen uống gì",
                    "With a new shift nobody knows what regulars drink",
                )],
                opportunities: &[T(
                    "Ghi món quen vào thẻ thành viên để ca nào cũng thấy",
                    "Keep the usual drink on the loyalty card, for every shift to see",
                )],
                notes: T(
                    "“Như mọi khi hả anh?” là câu Quân thích nghe nhất.",
                    "“The usual?” is what Quân likes to hear most.",
                ),
            },
            Row {
                name: T("Ly tặng ngày sinh nhật", "A free cup on the birthday"),
                place: Zalo,
                kind: (Communication, Direct, Own),
                met: &[LINH, QUAN],
                emotion: [2, 1, X],
                importance: [3, 3, 2, 3, 4],
                performance: [4, 4, 3, 4, 4],
                pains: &[],
                opportunities: &[],
                notes: T(
                    "Sáu trên mười người nhận đi cùng ít nhất một người bạn.",
                    "Six in ten bring at least one friend along.",
                ),
            },
            Row {
                name: T("Đặt giao tận nơi ngày mưa", "Ordering delivery on a rainy day"),
                place: Delivery,
                kind: (Digital, Indirect, Outside),
                met: &[LINH, QUAN],
                emotion: [0, -1, X],
                importance: [4, 4, X, 3, X],
                performance: [2, 3, X, 2, X],
                pains: &[T(
                    "Giao quá 25 phút thì đá tan, nước sánh ra túi",
                    "After 25 minutes the ice has melted and the cup has spilled",
                )],
                opportunities: &[T(
                    "Đóng đá riêng cho đơn xa hơn 3 km",
                    "Pack the ice separately beyond 3 km",
                )],
                notes: T(
                    "Tài xế không thuộc quán, nhưng khách chấm sao cho quán.",
                    "The riders are not ours, but the stars are given to us.",
                ),
            },
        ],
    },
    StageText {
        name: T("Giới thiệu", "Recommending"),
        phase: Phase::After,
        goals: &[T(
            "Rủ bạn đến một nơi mình thích mà không sợ bạn thất vọng",
            "Bring friends to a place I like without letting them down",
        )],
        actions: &[T(
            "Đăng ảnh, chấm sao, rủ đồng nghiệp, góp ý cho quán",
            "Posts a photo, gives stars, brings a colleague, tells the café what to improve",
        )],
        touchpoints: &[
            Row {
                name: T("Đăng ảnh và gắn thẻ quán", "Posting a photo and tagging the café"),
                place: Instagram,
                kind: (Communication, Indirect, Outside),
                met: &[LINH],
                emotion: [2, X, X],
                importance: [4, 4, 3, 4, 4],
                performance: [3, 3, 4, 3, 3],
                pains: &[],
                opportunities: &[T(
                    "Mỗi tuần đăng lại ba tấm của khách, xin phép trước",
                    "Repost three customers’ photos a week, with their permission",
                )],
                notes: T(
                    "Góc cửa sổ tầng hai có mặt trong gần một nửa số ảnh.",
                    "The upstairs window is in nearly half the photos.",
                ),
            },
            Row {
                name: T("Viết đánh giá trên Google Maps", "Writing a review on Google Maps"),
                place: Maps,
                kind: (Communication, Indirect, Outside),
                met: &[LINH, QUAN],
                emotion: [1, -1, X],
                importance: [4, 5, 4, 4, 4],
                performance: [3, 2, 3, 3, 3],
                pains: &[T(
                    "Khách bực thì tự viết, khách vui thì không ai nhắc",
                    "Annoyed customers write by themselves; happy ones are never asked",
                )],
                opportunities: &[T(
                    "Mời đánh giá sau ngụm đầu tiên, đừng mời lúc khách đang chờ",
                    "Ask after the first sip, not during the wait",
                )],
                notes: T(
                    "Không đổi quà lấy sao: trái quy định và khách nhận ra ngay.",
                    "No gifts for stars: it is against the rules, and people notice.",
                ),
            },
            Row {
                name: T(
                    "Rủ đồng nghiệp, hai ly tính một",
                    "Bringing a colleague: two cups for one",
                ),
                place: App,
                kind: (Digital, Direct, Own),
                met: &[QUAN],
                emotion: [X, 1, X],
                importance: [3, 4, 3, 3, 4],
                performance: [3, 2, 3, 2, 3],
                pains: &[],
                opportunities: &[T(
                    "Cho gửi mã mời thẳng qua Zalo",
                    "Let people send the invitation straight to a chat",
                )],
                notes: T(
                    "Mã mời nằm ở tầng thứ ba của ứng dụng, ít người tìm ra.",
                    "The invitation is three levels deep in the app; few find it.",
                ),
            },
            Row {
                name: T("Góp ý và được gọi lại", "Giving feedback and being called back"),
                place: Phone,
                kind: (Human, Direct, Own),
                met: &[QUAN, HAI],
                emotion: [X, 2, 1],
                importance: [4, 4, 4, 5, 4],
                performance: [2, 3, 2, 3, 2],
                pains: &[T(
                    "Góp ý bỏ vào hộp thư, hai tuần sau mới có người đọc",
                    "What is put into the letter box is read two weeks later",
                )],
                opportunities: &[T(
                    "Quản lý gọi lại trong ngày, cuối tuần tổng kết cả ba chi nhánh",
                    "The manager calls back the same day; all three branches review it weekly",
                )],
                notes: T(
                    "Chín người được gọi lại tháng trước, tám người đã ghé lại.",
                    "Nine people were called back last month; eight have come in again.",
                ),
            },
        ],
    },
];

pub(super) fn edits(lang: Lang) -> Vec<Edit> {
    let mut edits = vec![
        Edit::SetMap(MapField::Brand(BRAND.of(lang))),
        Edit::SetMap(MapField::Market(Some(Market::B2c))),
        Edit::SetMap(MapField::State(Some(MapState::AsIs))),
    ];
    let lanes = LANES.map(|kind| (kind, LaneId::fresh()));
    edits.extend(lanes.map(|(kind, id)| add_lane(id, kind)));
    let channels = CHANNELS.map(|name| (ChannelId::fresh(), name));
    edits.extend(channels.map(|(id, name)| add_channel(id, name.of(lang))));

    let personas = [(); PERSONAS.len()].map(|()| PersonaId::fresh());
    for (id, text) in personas.into_iter().zip(&PERSONAS) {
        edits.push(Edit::AddPersona {
            id,
            name: text.name.of(lang),
            at: At::Last,
        });
        edits.push(write(TextField::PersonaDemographics(id), text.demographics.of(lang)));
        edits.push(write(TextField::PersonaNeeds(id), text.needs.of(lang)));
        edits.push(write(TextField::PersonaDifficulties(id), text.difficulties.of(lang)));
    }

    for stage in &STAGES {
        let id = StageId::fresh();
        edits.push(Edit::AddStage {
            id,
            name: stage.name.of(lang),
            phase: stage.phase,
            at: At::Last,
        });
        for &(kind, lane) in &lanes {
            let texts = match kind {
                LaneKind::Goals => stage.goals,
                LaneKind::Actions => stage.actions,
                _ => &[],
            };
            edits.extend(
                texts
                    .iter()
                    .map(|text| add_note(NoteHome::Cell { lane, stage: id }, text.of(lang))),
            );
        }
        for row in stage.touchpoints {
            row.push_edits(id, &channels, personas, lang, &mut edits);
        }
    }
    edits
}

impl Row {
    fn push_edits(
        &self,
        stage: StageId,
        channels: &[(ChannelId, T)],
        personas: [PersonaId; 3],
        lang: Lang,
        edits: &mut Vec<Edit>,
    ) {
        use TouchpointField as Field;
        let id = TouchpointId::fresh();
        let (nature, directness, control) = self.kind;
        edits.push(Edit::AddTouchpoint {
            id,
            name: self.name.of(lang),
            stage,
            at: At::Last,
        });

        let mut fields = vec![
            Field::Channel(channels.get(self.place as usize).map(|&(channel, _)| channel)),
            Field::Nature(Some(nature)),
            Field::Directness(Some(directness)),
            Field::Control(Some(control)),
        ];
        fields.extend(self.met.iter().map(|&met| Field::Persona(personas[met], true)));
        for (persona, emotion) in personas.into_iter().zip(self.emotion) {
            if let Ok(emotion) = Emotion::try_from(i64::from(emotion)) {
                fields.push(Field::Emotion(Some(persona), Some(emotion)));
            }
        }
        for (rater, (importance, performance)) in RATERS
            .into_iter()
            .zip(self.importance.into_iter().zip(self.performance))
        {
            if let Ok(score) = Score::try_from(i64::from(importance)) {
                fields.push(Field::Importance(rater, Some(score)));
            }
            if let Ok(score) = Score::try_from(i64::from(performance)) {
                fields.push(Field::Performance(rater, Some(score)));
            }
        }
        edits.extend(fields.into_iter().map(|field| Edit::SetTouchpoint(id, field)));

        edits.extend(
            self.pains
                .iter()
                .map(|text| add_note(NoteHome::Pain(id), text.of(lang))),
        );
        edits.extend(
            self.opportunities
                .iter()
                .map(|text| add_note(NoteHome::Opportunity(id), text.of(lang))),
        );
        edits.push(write(TextField::TouchpointNotes(id), self.notes.of(lang)));
    }
}

fn add_note(home: NoteHome, text: String) -> Edit {
    Edit::AddNote {
        id: NoteId::fresh(),
        home,
        text,
        at: At::Last,
    }
}

fn write(field: TextField, insert: String) -> Edit {
    Edit::Type(
        field,
        Splice {
            at: 0,
            remove: 0,
            insert,
        },
    )
}
