using FederatedQuery.Federation.Queries;
using FederatedQuery.Federation.Rows;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.Gateway.Resolvers;

/// <summary>
/// The answers that one request holds: their memory goes back when the request is over, and <c>extensions.federation</c> reports them.
/// Scoped; fields of a request may use it at the same time.
/// </summary>
internal sealed class RequestAnswers : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<QueryAnswer> _answers = [];
    private readonly FederationExtension _extension = new();

    public void Add(QueryAnswer answer, IResolverContext context)
    {
        lock (_lock)
        {
            _answers.Add(answer);
        }

        Add(context, new FederationEntry([.. context.Path], answer.DataSource, answer.ExecutionTime, answer.RowCount, answer.Report));
    }

    /// <summary>A read of rows, or figures of groups of rows.</summary>
    /// <param name="rows">How many it gave.</param>
    public void Add(RowReport reading, long rows, IResolverContext context) =>
        Add(context, new FederationEntry([.. context.Path], reading.DataSource, reading.ExecutionTime, rows, reading.Query));

    /// <summary>A page of rows.</summary>
    public void Add(RowPage page, IResolverContext context) => Add(page.Reading, page.RowCount, context);

    /// <summary>A count of rows.</summary>
    public void Add(RowCount count, IResolverContext context) => Add(count.Reading, 1, context);

    public void Dispose()
    {
        lock (_lock)
        {
            _answers.ForEach(answer => answer.Dispose());
            _answers.Clear();
        }
    }

    private void Add(IResolverContext context, FederationEntry entry)
    {
        _extension.Add(entry);
        context.SetExtension(FederationExtension.Key, _extension);
    }
}
