//! The integration tests, in one binary so that they are linked once.

#[cfg(test)]
mod program;

#[cfg(test)]
mod architecture;
#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod cli;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod examples;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod window;

#[path = "../engine/benches/engine/random_sd15.rs"]
#[expect(unreachable_pub, reason = "a module of the engine's bench too")]
mod random_sd15;
