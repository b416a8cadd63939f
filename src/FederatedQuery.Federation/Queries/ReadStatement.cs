using FederatedQuery.Federation.Sql;

namespace FederatedQuery.Federation.Queries;

/// <summary>A statement that may be run: read, checked, its parameters and its clock in their places.</summary>
/// <param name="References">The places that name tables.</param>
/// <param name="Limit">The most rows that are answered; the tree gives one more. Null: all that it gives.</param>
/// <param name="Traits">Of the statement as written.</param>
/// <param name="Digest">Of the statement without that limit; null where answers are not stored.</param>
internal sealed record ReadStatement(SqlStatement Statement, IReadOnlyList<TableReference> References, int? Limit, StatementTraits Traits, byte[]? Digest);
