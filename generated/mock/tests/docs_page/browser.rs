//! A headless Chromium that is controlled through chromedriver.

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

/// How long to wait for an element of the page.
const TIMEOUT: Duration = Duration::from_secs(20);

/// The installed programs.
pub struct Programs {
    chromium: PathBuf,
    chromedriver: PathBuf,
}

impl Programs {
    /// Finds the programs. If they are missing, prints a note, or panics if `REQUIRE_BROWSER` is 1.
    pub fn find() -> Option<Self> {
        if let (Some(chromium), Some(chromedriver)) = (find_on_path("chromium"), find_on_path("chromedriver")) {
            return Some(Self { chromium, chromedriver });
        }
        let missing =
            "needs chromium and chromedriver on the PATH; on Debian: apt-get install chromium chromium-driver";
        assert!(
            env::var_os("REQUIRE_BROWSER").is_none_or(|value| value != "1"),
            "the test of the reference page {missing}"
        );
        // The test harness captures the output of `eprintln!` and drops it if the test passes.
        let _ = writeln!(std::io::stderr(), "SKIPPED: the test of the reference page {missing}");
        None
    }
}

fn find_on_path(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// A browser with one page and a new, temporary profile.
#[derive(Clone)]
pub struct Page(Client);

/// A running chromedriver. The browser ends with it.
pub struct Driver {
    child: Child,
    // Kept open, because chromedriver ends when it cannot write its output.
    stdout: BufReader<ChildStdout>,
    // Dropped last, after the processes that write to it.
    _home: TempDir,
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Driver {
    /// Starts chromedriver on a free port, with a temporary folder for all files of driver and browser.
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

    /// Waits until chromedriver listens and returns its port.
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
    /// Starts chromedriver and the browser.
    pub async fn open(programs: &Programs) -> (Self, Driver) {
        let mut driver = Driver::start(programs);
        let address = format!("http://127.0.0.1:{}", driver.port());
        let capabilities = json!({
            "goog:chromeOptions": {
                "binary": programs.chromium,
                "args": [
                    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-proxy-server",
                    "--disable-breakpad", "--window-size=1280,1024",
                    // With a pipe instead of a port, the browser ends when chromedriver ends.
                    "--remote-debugging-pipe",
                ],
            },
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        });
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities.as_object().cloned().expect("an object"));
        let client = timeout(TIMEOUT, builder.connect(&address)).await.expect("a browser before the timeout");
        (Self(client.expect("a browser")), driver)
    }

    /// Closes the browser.
    pub async fn close(self) {
        // If this fails, the end of chromedriver closes the browser.
        let _ = timeout(TIMEOUT, self.0.close()).await;
    }

    pub async fn goto(&self, url: &str) {
        self.0.goto(url).await.expect("a page");
    }

    /// Waits until the first element that matches a CSS selector is visible, and returns it.
    pub async fn find(&self, selector: &str) -> Element {
        let found = async {
            loop {
                let element = self.0.wait().at_most(TIMEOUT).for_element(Locator::Css(selector)).await;
                let element = element.unwrap_or_else(|error| panic!("{selector}: {error}"));
                if element.is_displayed().await.unwrap_or(false) {
                    return element;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        timeout(TIMEOUT, found).await.unwrap_or_else(|_| panic!("{selector} is not visible"))
    }

    /// Returns all elements that match a CSS selector now.
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

    /// Returns the errors in the console since the last call of this method.
    pub async fn console_errors(&self) -> Vec<String> {
        let severe = |entry: &Value| entry["level"] == "SEVERE";
        let message = |entry: Value| entry["message"].as_str().expect("a message").to_owned();
        self.log("browser").await.into_iter().filter(severe).map(message).collect()
    }

    /// Returns the URLs that the page requested since the last call of this method.
    pub async fn requested_urls(&self) -> Vec<String> {
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

/// A WebDriver command that returns the new entries of a browser log.
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
