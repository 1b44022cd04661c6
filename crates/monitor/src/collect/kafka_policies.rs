//! Whether a topic may lose messages by compaction: queried rarely, and for few topics at a time.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use ecom_core::kafka::{Topic, Troubles, code_in, failure};
use ecom_core::settings::KafkaArgs;
use ecom_core::{Code, Failure};
use rdkafka::admin::{AdminClient, AdminOptions, ResourceSpecifier};
use rdkafka::types::RDKafkaErrorCode;
use tokio::runtime::Runtime;

/// Topics whose cleanup policy is queried per round, and how long an answer is valid.
const AT_ONCE: usize = 64;
const HOLDS: Duration = Duration::from_mins(5);

/// The cleanup policies that are known.
pub(super) struct Policies {
    admin: AdminClient<Troubles>,
    runtime: Runtime,
    known: HashMap<String, CleanupPolicy>,
}

struct CleanupPolicy {
    compacts: bool,
    asked: Instant,
}

impl Policies {
    /// Does not wait for any broker.
    pub(super) fn new(args: &KafkaArgs) -> Result<Self, Failure> {
        let mut admin = args.client();
        admin.set("client.id", "monitor").set("receive.message.max.bytes", "16777216");
        let admin = admin
            .create_with_context(Troubles::default())
            .map_err(|error| failure("cannot start a Kafka client", &error))?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        let runtime = runtime.map_err(|error| {
            Failure::new(Code::Unexpected, "cannot start a runtime").because(error)
        })?;
        Ok(Self { admin, runtime, known: HashMap::new() })
    }

    /// Whether messages may be missing between the ends; true if that is not known.
    pub(super) fn may_compact(&self, topic: &str) -> bool {
        self.known.get(topic).is_none_or(|policy| policy.compacts)
    }

    /// Queries the cleanup policy of topics for which it is not known, or no longer.
    pub(super) fn ask(&mut self, topics: &[Topic], limit: Duration) {
        self.known.retain(|_, policy| policy.asked.elapsed() < HOLDS);
        let names: Vec<&str> = topics
            .iter()
            .map(|topic| topic.name.as_str())
            .filter(|name| !self.known.contains_key(*name))
            .take(AT_ONCE)
            .collect();
        let asked: Vec<_> = names.iter().map(|name| ResourceSpecifier::Topic(name)).collect();
        if asked.is_empty() {
            return;
        }
        let options = AdminOptions::new().request_timeout(Some(limit));
        let answer = self.runtime.block_on(async {
            tokio::time::timeout(limit, self.admin.describe_configs(&asked, &options)).await
        });
        let resources = match answer {
            Ok(Ok(resources)) => resources,
            // A broker that does not know this request has no policies.
            Ok(Err(error)) if code_in(&error) == Some(RDKafkaErrorCode::UnsupportedFeature) => {
                let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
                let policy = || CleanupPolicy { compacts: false, asked: Instant::now() };
                self.known.extend(names.into_iter().map(|name| (name, policy())));
                return;
            }
            // Until the policy is known, the count is an upper bound.
            _ => return,
        };
        for resource in resources.into_iter().flatten() {
            let rdkafka::admin::OwnedResourceSpecifier::Topic(name) = &resource.specifier else {
                continue;
            };
            let policy =
                resource.entry_map().get("cleanup.policy").and_then(|entry| entry.value.clone());
            if let Some(policy) = policy {
                let policy =
                    CleanupPolicy { compacts: policy.contains("compact"), asked: Instant::now() };
                self.known.insert(name.clone(), policy);
            }
        }
    }
}
