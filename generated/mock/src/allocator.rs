//! Where memory comes from.
//!
//! What ten thousand connections have taken is to go back to the system when they are closed. glibc's allocator keeps most
//! of it, because small pieces that stay lie between the large ones that go; jemalloc keeps the sizes apart, and returns
//! what has not been used for ten seconds.

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;
