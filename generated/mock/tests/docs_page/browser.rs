//! A headless Chromium, driven by the chromedriver of the same version.

use std::env;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::timeout;
use url::{ParseError, Url};

/// How long something may take to show on the page.
const PATIENCE: Duration = Duration::from_secs(20);

/// The two programs that a visit needs.
pub struct Programs {
    chromium: PathBuf,
    chromedriver: PathBuf,
}

impl Programs {
    /// Where they are installed; says so where they are not, and fails there if `REQUIRE_BROWSER` is 1.
    pub fn find() -> Option<Self> {
        if let (Some(chromium), Some(chromedriver)) = (on_path("chromium"), on_path("chromedriver")) {
            return Some(Self { chromium, chromedriver });
        }
        let missing =
            "needs chromium and chromedriver on the PATH; on Debian: apt-get install chromium chromium-driver";
        assert!(env::var_os("REQUIRE_BROWSER").is_none_or(|value| value != "1"), "the test of the page {missing}");
        // Not by `eprintln!`: of a test that passes, the harness swallows what that prints.
        let _ = writeln!(std::io::stderr(), "SKIPPED: the test of the page {missing}");
        None
    }
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(program)).find(|place| place.is_file())
}

/// A browser with one page. Its profile is new, and gone with it.
#[derive(Clone)]
pub struct Page(Client);

/// The program between the tests and the browser. The browser ends with it.
pub struct Driver {
    child: Child,
    // Open for as long as the driver runs, or else what it prints there would end it.
    stdout: BufReader<ChildStdout>,
    // Dropped last, when nobody writes to it any more.
    _home: TempDir,
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Driver {
    /// Starts the driver at a free port, with a folder of its own for all that it and the browser write.
    fn start(programs: &Programs) -> Self {
        let home = TempDir::new().expect("a folder");
        let mut command = Command::new(&programs.chromedriver);
        command.env("HOME", home.path()).env("TMPDIR", home.path());
        command.env_remove("XDG_CONFIG_HOME").env_remove("XDG_CACHE_HOME");
        command.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("chromedriver starts");
        let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        Self { child, stdout, _home: home }
    }

    fn port(&mut self) -> u16 {
        for line in self.stdout.by_ref().lines().map_while(Result::ok) {
            if let Some((_, port)) = line.split_once("started successfully on port ") {
                return port.trim_end_matches('.').parse().expect("a port");
            }
        }
        panic!("chromedriver ended before it listened");
    }
}

impl Page {
    /// Starts driver and browser.
    pub async fn open(programs: &Programs) -> (Self, Driver) {
        let mut driver = Driver::start(programs);
        let address = format!("http://127.0.0.1:{}", driver.port());
        let capabilities = json!({
            "goog:chromeOptions": {
                "binary": programs.chromium,
                "args": [
                    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-proxy-server",
                    "--disable-breakpad", "--window-size=1280,1024",
                    // A pipe instead of a port: when the driver ends, so does the browser.
                    "--remote-debugging-pipe",
                ],
            },
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        });
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities.as_object().cloned().expect("an object"));
        let client = timeout(PATIENCE, builder.connect(&address)).await.expect("a browser in time");
        (Self(client.expect("a browser")), driver)
    }

    /// Ends the browser.
    pub async fn close(self) {
        // Where this fails the driver's end does it.
        let _ = timeout(PATIENCE, self.0.close()).await;
    }

    pub async fn goto(&self, url: &str) {
        self.0.goto(url).await.expect("a page");
    }

    /// The first element that a CSS selector fits, as soon as there is one that is seen.
    pub async fn find(&self, selector: &str) -> Element {
        let found = async {
            loop {
                let element = self.0.wait().at_most(PATIENCE).for_element(Locator::Css(selector)).await;
                let element = element.unwrap_or_else(|error| panic!("{selector}: {error}"));
                if element.is_displayed().await.unwrap_or(false) {
                    return element;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        timeout(PATIENCE, found).await.unwrap_or_else(|_| panic!("{selector} is not seen"))
    }

    /// All elements that a CSS selector fits by now.
    pub async fn all(&self, selector: &str) -> Vec<Element> {
        self.0.find_all(Locator::Css(selector)).await.expect("elements")
    }

    pub async fn click(&self, selector: &str) {
        self.find(selector).await.click().await.unwrap_or_else(|error| panic!("{selector}: {error}"));
    }

    pub async fn write(&self, selector: &str, text: &str) {
        self.find(selector).await.send_keys(text).await.unwrap_or_else(|error| panic!("{selector}: {error}"));
    }

    pub async fn text(&self, selector: &str) -> String {
        self.find(selector).await.text().await.unwrap_or_else(|error| panic!("{selector}: {error}"))
    }

    /// The errors that the console has shown since the last time that this was asked.
    pub async fn console_errors(&self) -> Vec<String> {
        let severe = |entry: &Value| entry["level"] == "SEVERE";
        let message = |entry: Value| entry["message"].as_str().expect("a message").to_owned();
        self.log("browser").await.into_iter().filter(severe).map(message).collect()
    }

    /// The URLs that the page has asked for since the last time that this was asked.
    pub async fn requested(&self) -> Vec<String> {
        let mut urls = Vec::new();
        for entry in self.log("performance").await {
            let event: Value = serde_json::from_str(entry["message"].as_str().expect("a message")).expect("an event");
            let event = &event["message"];
            let url = match event["method"].as_str() {
                Some("Network.requestWillBeSent") => &event["params"]["request"]["url"],
                Some("Network.webSocketCreated") => &event["params"]["url"],
                _ => continue,
            };
            urls.push(url.as_str().expect("a URL").to_owned());
        }
        urls
    }

    async fn log(&self, kind: &'static str) -> Vec<Value> {
        let entries: Result<Value, CmdError> = self.0.issue_cmd(TakeLog(kind)).await;
        entries.expect("a log").as_array().cloned().expect("entries")
    }
}

/// Takes what one of the browser's logs holds.
#[derive(Debug)]
struct TakeLog(&'static str);

impl WebDriverCompatibleCommand for TakeLog {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(json!({ "type": self.0 }).to_string()))
    }
}
