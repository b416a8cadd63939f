using FederatedQuery.Gateway.Resolvers;

namespace FederatedQuery.Gateway.Typed.Rows;

/// <summary>A page of rows.</summary>
/// <param name="TotalCount">Of all rows that the filter selects; 0 unless it was asked for.</param>
internal sealed record RowConnection(IReadOnlyList<RowNode> Nodes, PageInfo PageInfo, long TotalCount)
{
    /// <param name="batch">Null: nothing was read.</param>
    public static RowConnection Of(TypedRows? batch, long totalCount)
    {
        if (batch is null)
        {
            return new RowConnection([], PageInfo.Empty, totalCount);
        }

        var nodes = batch.Rows.ToList();
        return new RowConnection(
            nodes, new PageInfo(batch.Page.HasNext, batch.Page.HasPrevious, nodes.FirstOrDefault()?.Cursor, nodes.LastOrDefault()?.Cursor), totalCount);
    }
}
