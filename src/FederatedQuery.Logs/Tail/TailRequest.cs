using FederatedQuery.Federation.Budgets;
using FederatedQuery.Iceberg.Expressions;

namespace FederatedQuery.Logs.Tail;

/// <summary>What a subscriber wants.</summary>
public sealed record TailRequest
{
    /// <summary>Which records, over the columns of <see cref="LogTable.Schema"/>.</summary>
    public Expression Filter { get; init; } = Expression.True;

    /// <summary>So many of the newest stored records first. Without effect beside <see cref="After"/>: clients that connect again send both.</summary>
    public int Replay { get; init; }

    /// <summary>A cursor of a tail, or of a page of logs that is ordered by time: everything since comes first.</summary>
    public string? After { get; init; }

    /// <summary>Whose budget of cold bytes stored records are read from.</summary>
    public Caller Caller { get; init; } = Caller.Anonymous;
}
