using FederatedQuery.Iceberg.Catalogs;

namespace FederatedQuery.Tiering.Erasing;

/// <summary>Somebody else who keeps rows of tables, such as stored results of queries, and lets go of those of one when rows of it are erased.</summary>
/// <param name="Name">What is kept, for people: <c>materialized results</c>.</param>
/// <param name="ForgetAsync">
/// Called once the rows are in neither tier, maybe more than once. Gives how many were dropped. When it returns, nobody is answered from them any more.
/// </param>
/// <param name="PurgeAsync">Called when no query that began before can still be running: deletes what is left of them, and gives the locations of files, of which no cache may keep a copy.</param>
public sealed record ErasureParticipant(
    string Name, Func<TableIdentifier, CancellationToken, Task<long>> ForgetAsync, Func<TableIdentifier, CancellationToken, Task<IReadOnlyList<string>>> PurgeAsync);
