//! What every store must do for people and teams. Each function is one rule; `for_every_people_rule!` makes each a test.

use model::{
    access::Role,
    audit::What,
    disclose::Disclosure,
    id::{BoardId, PersonId, TeamId},
    loops::forms::Score,
    share::Terms,
    teams::{Account, Home, Pile},
};
use server::{
    secrets::{self, SecretHash},
    store::{
        Accounts, Audit, AuditNote, Changed, Digest, Links, NewForm, NewInvite, NewLink, NewPerson, NewSession, Shelf,
        SignedUp, SqliteStore, Store, StoreError,
    },
};

use super::scene::update;

const DAY: u64 = 24 * 60 * 60 * 1000;

/// Runs every rule against a fresh store.
#[macro_export]
macro_rules! for_every_people_rule {
    ($($rule:ident),+ $(,)?) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                let scene = support::scene::Scene::new().await;
                support::people::$rule(&scene.store).await;
            }
        )+
    };
}

pub fn person(name: &str) -> NewPerson {
    NewPerson {
        account: Account {
            id: PersonId::fresh(),
            email: format!("{name}@Cafe.vn"),
            name: name.to_owned(),
        },
        email_key: format!("{}@cafe.vn", name.to_lowercase()),
        password: format!("hash of {name}"),
    }
}

async fn signed_up(store: &SqliteStore, name: &str) -> PersonId {
    let person = person(name);
    let id = person.account.id;
    assert_eq!(store.sign_up(person).await.unwrap(), SignedUp::Done);
    id
}

async fn team_of(store: &SqliteStore, owner: PersonId) -> TeamId {
    let team = TeamId::fresh();
    store.create_team(team, "Hiên".to_owned(), owner).await.unwrap();
    team
}

async fn session(store: &SqliteStore, person: PersonId, secret: &str, instead_of: Option<SecretHash>) -> SecretHash {
    lasting(store, person, secret, DAY, instead_of).await
}

async fn lasting(
    store: &SqliteStore,
    person: PersonId,
    secret: &str,
    lasts: u64,
    instead_of: Option<SecretHash>,
) -> SecretHash {
    let token = secrets::hash(secret);
    let session = NewSession {
        token,
        person,
        agent: "Firefox".to_owned(),
        lasts,
        instead_of,
    };
    store.begin_session(session).await.unwrap();
    token
}

async fn invite(store: &SqliteStore, team: TeamId, secret: &str, role: Role, lasts: u64, uses: Option<u64>) -> i64 {
    let invite = NewInvite {
        token: secrets::hash(secret),
        team,
        role,
        lasts,
        uses_max: uses,
    };
    store.add_invite(invite).await.unwrap().unwrap()
}

async fn roles(store: &SqliteStore, team: TeamId) -> Vec<(String, Role)> {
    let members = store.members(team).await.unwrap();
    members
        .into_iter()
        .map(|member| (member.account.name, member.role))
        .collect()
}

async fn board_of(store: &SqliteStore, home: Home) -> BoardId {
    let board = BoardId::fresh();
    store
        .create(board, home, update("seed"), Digest::default())
        .await
        .unwrap();
    board
}

async fn standing(store: &SqliteStore, board: BoardId) -> Option<Home> {
    store.standing(board).await.unwrap().map(|standing| standing.home)
}

pub async fn a_server_is_set_up_once_and_its_boards_get_a_team(store: &SqliteStore) {
    let board = BoardId::fresh();
    store
        .create(board, Home::Nobody, update("seed"), Digest::default())
        .await
        .unwrap();
    assert_eq!(standing(store, board).await, Some(Home::Nobody));
    assert!(!store.has_people().await.unwrap());
    let tries = ["Linh", "Huy", "Lan"].map(|name| (person(name), TeamId::fresh()));
    let outcomes = futures::future::join_all(
        tries
            .iter()
            .map(|(person, team)| store.set_up(person.clone(), *team, "Hiên".to_owned())),
    )
    .await;
    let done: Vec<usize> = (0..3)
        .filter(|&n| *outcomes[n].as_ref().unwrap() == SignedUp::Done)
        .collect();
    let [first] = done[..] else { panic!("{outcomes:?}") };
    let (owner, team) = &tries[first];
    assert!(
        outcomes
            .iter()
            .filter(|outcome| *outcome.as_ref().unwrap() == SignedUp::Closed)
            .count()
            == 2
    );
    assert_eq!(standing(store, board).await, Some(Home::Team(*team)));
    assert_eq!(roles(store, *team).await, [(owner.account.name.clone(), Role::Owner)]);
    assert!(store.has_people().await.unwrap());
    assert_eq!(
        store
            .by_email(tries[(first + 1) % 3].0.email_key.clone())
            .await
            .unwrap(),
        None
    );
}

pub async fn an_address_is_had_once_however_it_is_written(store: &SqliteStore) {
    signed_up(store, "Linh").await;
    let again = NewPerson {
        email_key: "linh@cafe.vn".to_owned(),
        ..person("LINH")
    };
    assert_eq!(store.sign_up(again.clone()).await.unwrap(), SignedUp::Taken);
    let team = team_of(store, signed_up(store, "Huy").await).await;
    invite(store, team, "once", Role::Editor, DAY, Some(1)).await;
    assert_eq!(
        store.sign_up_by(again, secrets::hash("once")).await.unwrap(),
        SignedUp::Taken
    );
    // The invitation is still there for somebody else.
    assert_eq!(
        store.sign_up_by(person("Lan"), secrets::hash("once")).await.unwrap(),
        SignedUp::Done
    );
    let (account, hash) = store.by_email("linh@cafe.vn".to_owned()).await.unwrap().unwrap();
    assert_eq!(
        (account.email.as_str(), hash.as_str()),
        ("Linh@Cafe.vn", "hash of Linh")
    );
}

pub async fn an_invitation_raced_by_many_lets_in_as_many_as_it_may(store: &SqliteStore) {
    let team = team_of(store, signed_up(store, "Linh").await).await;
    invite(store, team, "three", Role::Viewer, DAY, Some(3)).await;
    let token = secrets::hash("three");
    let mut people = Vec::new();
    for n in 0..10 {
        people.push(signed_up(store, &format!("p{n}")).await);
    }
    let joined = futures::future::join_all(people.iter().map(|person| store.join(token, *person))).await;
    let strangers: Vec<NewPerson> = (0..10).map(|n| person(&format!("s{n}"))).collect();
    let came = futures::future::join_all(strangers.into_iter().map(|person| store.sign_up_by(person, token))).await;
    let let_in = joined
        .iter()
        .filter(|joined| joined.as_ref().unwrap().is_some())
        .count()
        + came
            .iter()
            .filter(|came| *came.as_ref().unwrap() == SignedUp::Done)
            .count();
    assert_eq!(let_in, 3);
    assert_eq!(roles(store, team).await.len(), 4);
    assert_eq!(
        store.by_email("s9@cafe.vn".to_owned()).await.unwrap(),
        None,
        "no account without the team"
    );
}

pub async fn an_invitation_that_is_over_or_taken_back_lets_nobody_in(store: &SqliteStore) {
    let team = team_of(store, signed_up(store, "Linh").await).await;
    let huy = signed_up(store, "Huy").await;
    invite(store, team, "over", Role::Editor, 0, None).await;
    let back = invite(store, team, "back", Role::Editor, DAY, None).await;
    let other = team_of(store, huy).await;
    assert!(!store.revoke_invite(other, back).await.unwrap(), "another team's");
    assert!(store.revoke_invite(team, back).await.unwrap());
    for secret in ["over", "back", "never"] {
        let token = secrets::hash(secret);
        assert_eq!(store.join(token, huy).await.unwrap(), None, "{secret}");
        assert_eq!(
            store.sign_up_by(person("Lan"), token).await.unwrap(),
            SignedUp::Closed,
            "{secret}"
        );
    }
    assert_eq!(store.by_email("lan@cafe.vn".to_owned()).await.unwrap(), None);
}

pub async fn nobodys_role_gets_less_by_an_invitation(store: &SqliteStore) {
    let linh = signed_up(store, "Linh").await;
    let team = team_of(store, linh).await;
    invite(store, team, "viewer", Role::Viewer, DAY, None).await;
    assert_eq!(store.join(secrets::hash("viewer"), linh).await.unwrap(), Some(team));
    let huy = signed_up(store, "Huy").await;
    store.join(secrets::hash("viewer"), huy).await.unwrap();
    invite(store, team, "editor", Role::Editor, DAY, None).await;
    store.join(secrets::hash("editor"), huy).await.unwrap();
    assert_eq!(
        roles(store, team).await,
        [("Linh".to_owned(), Role::Owner), ("Huy".to_owned(), Role::Editor)]
    );
}

pub async fn a_team_keeps_an_owner(store: &SqliteStore) {
    let (linh, huy) = (signed_up(store, "Linh").await, signed_up(store, "Huy").await);
    let team = team_of(store, linh).await;
    invite(store, team, "in", Role::Editor, DAY, None).await;
    store.join(secrets::hash("in"), huy).await.unwrap();
    assert_eq!(
        store.set_role(team, linh, Role::Editor).await.unwrap(),
        Changed::LastOwner
    );
    assert_eq!(store.remove_member(team, linh).await.unwrap(), Changed::LastOwner);
    assert_eq!(store.delete_person(linh).await.unwrap().0, Changed::LastOwner);
    assert_eq!(store.set_role(team, huy, Role::Owner).await.unwrap(), Changed::Done);
    // Both step down at once: one of them stays.
    let (one, other) = tokio::join!(
        store.set_role(team, linh, Role::Viewer),
        store.set_role(team, huy, Role::Viewer)
    );
    let mut outcomes = [one.unwrap(), other.unwrap()].map(|changed| format!("{changed:?}"));
    outcomes.sort();
    assert_eq!(outcomes, ["Done", "LastOwner"]);
    let stranger = signed_up(store, "Lan").await;
    assert_eq!(
        store.set_role(team, stranger, Role::Owner).await.unwrap(),
        Changed::Absent
    );
    assert_eq!(store.remove_member(team, stranger).await.unwrap(), Changed::Absent);
}

pub async fn a_session_takes_the_place_of_the_one_before(store: &SqliteStore) {
    let linh = signed_up(store, "Linh").await;
    let first = session(store, linh, "first", None).await;
    assert_eq!(store.session(first).await.unwrap().unwrap().account.id, linh);
    let second = session(store, linh, "second", Some(first)).await;
    assert_eq!(store.session(first).await.unwrap(), None);
    let third = session(store, linh, "third", None).await;
    assert!(store.set_password(linh, "new".to_owned(), Some(third)).await.unwrap());
    assert_eq!(store.session(second).await.unwrap(), None, "signed out");
    assert!(store.session(third).await.unwrap().is_some());
    store.end_sessions(linh, None).await.unwrap();
    assert_eq!(store.session(third).await.unwrap(), None);
    assert!(store.sessions(linh).await.unwrap().is_empty());
}

pub async fn a_session_that_is_over_is_over_for_good(store: &SqliteStore) {
    let linh = signed_up(store, "Linh").await;
    let token = lasting(store, linh, "over", 0, None).await;
    assert_eq!(store.session(token).await.unwrap(), None);
    assert!(store.sessions(linh).await.unwrap().is_empty());
    store.touch_session(token, DAY).await.unwrap();
    assert_eq!(store.session(token).await.unwrap(), None);
    let used = lasting(store, linh, "used", DAY, None).await;
    store.touch_session(used, 0).await.unwrap();
    assert_eq!(store.session(used).await.unwrap(), None);
}

pub async fn a_link_to_a_new_password_works_once_and_signs_out(store: &SqliteStore) {
    let linh = signed_up(store, "Linh").await;
    let signed_in = session(store, linh, "session", None).await;
    let [first, second, over] = ["first", "second", "over"].map(secrets::hash);
    store.add_reset(linh, first, DAY).await.unwrap();
    store.add_reset(linh, second, DAY).await.unwrap();
    assert_eq!(store.reset(first).await.unwrap(), None, "the one before");
    assert_eq!(store.reset(second).await.unwrap().unwrap().id, linh);
    let used = tokio::join!(
        store.use_reset(second, "one".to_owned()),
        store.use_reset(second, "other".to_owned())
    );
    let used = [used.0.unwrap(), used.1.unwrap()];
    assert_eq!(used.iter().flatten().collect::<Vec<_>>(), [&linh]);
    assert_eq!(store.session(signed_in).await.unwrap(), None);
    store.add_reset(linh, over, 0).await.unwrap();
    assert_eq!(store.use_reset(over, "late".to_owned()).await.unwrap(), None);
    // A password that is set another way leaves no link behind.
    store.add_reset(linh, first, DAY).await.unwrap();
    store.set_password(linh, "known".to_owned(), None).await.unwrap();
    assert_eq!(store.use_reset(first, "stolen".to_owned()).await.unwrap(), None);
    assert_eq!(store.person(linh).await.unwrap().unwrap().1, "known");
}

pub async fn who_deletes_their_account_takes_along_what_is_theirs_alone(store: &SqliteStore) {
    let (linh, huy) = (signed_up(store, "Linh").await, signed_up(store, "Huy").await);
    let (alone, shared) = (team_of(store, linh).await, team_of(store, huy).await);
    invite(store, shared, "in", Role::Editor, DAY, None).await;
    store.join(secrets::hash("in"), linh).await.unwrap();
    let token = session(store, linh, "session", None).await;
    store.add_reset(linh, secrets::hash("reset"), DAY).await.unwrap();
    let mut theirs = Vec::new();
    for home in [Home::Person(linh), Home::Team(alone), Home::Team(shared)] {
        theirs.push(board_of(store, home).await);
    }
    let (changed, mut gone) = store.delete_person(linh).await.unwrap();
    gone.sort();
    assert_eq!((changed, &gone[..]), (Changed::Done, &theirs[..2]));
    assert!(!store.exists(theirs[0]).await.unwrap() && store.exists(theirs[2]).await.unwrap());
    assert_eq!(store.delete_person(linh).await.unwrap(), (Changed::Absent, Vec::new()));
    assert_eq!(store.session(token).await.unwrap(), None);
    assert_eq!(store.reset(secrets::hash("reset")).await.unwrap(), None);
    assert_eq!(roles(store, shared).await, [("Huy".to_owned(), Role::Owner)]);
    assert!(!store.rename_team(alone, "no more".to_owned()).await.unwrap());
    assert!(store.rename_team(shared, "still there".to_owned()).await.unwrap());
    assert_eq!(
        store.sign_up(person("Linh")).await.unwrap(),
        SignedUp::Done,
        "the address is free"
    );
}

pub async fn who_is_only_in_teams_of_an_owner_is_known(store: &SqliteStore) {
    let [linh, huy, lan] = [
        signed_up(store, "Linh").await,
        signed_up(store, "Huy").await,
        signed_up(store, "Lan").await,
    ];
    let (team, elsewhere) = (team_of(store, linh).await, team_of(store, lan).await);
    invite(store, team, "in", Role::Editor, DAY, None).await;
    for person in [huy, lan] {
        store.join(secrets::hash("in"), person).await.unwrap();
    }
    let mut known = store.in_teams_of(linh, team).await.unwrap();
    known.sort();
    assert_eq!(known, [linh, huy], "Lan is in a team of her own");
    assert!(store.in_teams_of(huy, team).await.unwrap().is_empty());
    store.delete_person(lan).await.unwrap();
    assert!(store.members(elsewhere).await.unwrap().is_empty());
}

pub async fn what_was_done_outlives_who_did_it(store: &SqliteStore) {
    let linh = signed_up(store, "Linh").await;
    let team = team_of(store, linh).await;
    for (what, detail) in [(What::TeamMade, ""), (What::TeamRenamed, "Hiên")] {
        let note = AuditNote {
            what,
            person: Some(linh),
            team: Some(team),
            board: None,
            address: "127.0.0.1".to_owned(),
            detail: detail.to_owned(),
        };
        store.note(note).await.unwrap();
    }
    let lines = |lines: Vec<model::audit::AuditLine>| -> Vec<(What, Option<String>, String)> {
        lines
            .into_iter()
            .map(|line| (line.what, line.who, line.detail))
            .collect()
    };
    let renamed = |who: Option<&str>| (What::TeamRenamed, who.map(str::to_owned), "Hiên".to_owned());
    assert_eq!(lines(store.of_team(team, 1).await.unwrap()), [renamed(Some("Linh"))]);
    assert_eq!(store.of_person(linh, 9).await.unwrap().len(), 2);
    assert!(store.of_team(TeamId::fresh(), 9).await.unwrap().is_empty());
    store.delete_person(linh).await.unwrap();
    assert_eq!(lines(store.of_team(team, 1).await.unwrap()), [renamed(None)]);
}

/// Nothing that hangs on a board outlives it, and nothing that is still under way brings it back.
pub async fn what_lay_in_the_bin_long_enough_goes_for_good(store: &SqliteStore) {
    let [binned, kept] = [board_of(store, Home::Nobody).await, board_of(store, Home::Nobody).await];
    let [form, link] = ["form", "link"].map(secrets::hash);
    let updates = || vec![update("one"), update("two")];
    let digest = || Digest::from(super::scene::summary("Hiên"));
    for board in [binned, kept] {
        store.append(board, updates(), digest()).await.unwrap();
    }
    let new = NewForm {
        token: form,
        board: binned,
        touchpoint: None,
        label: String::new(),
        score: Score::Csat,
    };
    store.add_form(new).await.unwrap().unwrap();
    let terms = Terms {
        label: String::new(),
        role: Role::Viewer,
        expires_at: None,
        disclosure: Disclosure::default(),
        embeds: Vec::new(),
    };
    let new = NewLink {
        token: link,
        board: binned,
        terms,
        password: None,
    };
    store.add_link(new).await.unwrap().unwrap();
    assert!(store.put(binned, Pile::Bin).await.unwrap());
    assert_eq!(store.empty_bin(DAY).await.unwrap(), []);
    assert!(store.exists(binned).await.unwrap());

    assert_eq!(store.empty_bin(0).await.unwrap(), [binned]);
    assert_eq!(store.empty_bin(0).await.unwrap(), []);
    let late = store.extend(binned, updates(), digest()).await;
    assert!(matches!(late, Err(StoreError::Gone)), "{late:?}");
    assert!(!store.retell(binned, 2, digest()).await.unwrap());
    store.compact(binned, 2, update("late")).await.unwrap();
    assert_eq!(store.load(binned).await.unwrap(), None);
    assert_eq!(store.summary(binned).await.unwrap(), None);
    assert_eq!(store.form(form).await.unwrap(), None);
    assert_eq!(store.link(link).await.unwrap(), None);
    assert!(store.forms(binned).await.unwrap().is_empty() && store.links(binned).await.unwrap().is_empty());
    assert_eq!(store.extend(kept, updates(), digest()).await.unwrap(), 4);
}
