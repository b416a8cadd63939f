using FederatedQuery.Cold;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Introspection;

namespace FederatedQuery.Tiering.Repartition;

/// <summary>A table to lay out anew, with what is known of it.</summary>
/// <param name="Cold">At the version that is looked at.</param>
/// <param name="Tiered">Null for a table of the cold tier alone.</param>
/// <param name="Hot">Null for a table of the cold tier alone.</param>
/// <param name="Keys">What tells rows apart, best first: each with how it is called.</param>
internal sealed record RepartitionTarget(ColdTable Cold, TieredTable? Tiered, PostgresTable? Hot, IReadOnlyList<RepartitionKey> Keys)
{
    public string Name => Cold.Identifier.Namespace == Tables.TableNames.DefaultNamespace ? Cold.Identifier.Name : Cold.Identifier.ToString();
}

/// <param name="Kind">For messages: <c>the primary key</c>.</param>
internal sealed record RepartitionKey(string Kind, IReadOnlyList<string> Columns);
