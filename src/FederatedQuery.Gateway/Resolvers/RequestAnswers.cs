using FederatedQuery.Federation.Queries;
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
            _extension.Add([.. context.Path], answer);
        }

        context.SetExtension(FederationExtension.Key, _extension);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _answers.ForEach(answer => answer.Dispose());
            _answers.Clear();
        }
    }
}
