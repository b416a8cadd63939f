using System.Collections.Immutable;
using FederatedQuery.Iceberg.Catalogs.Rest.Protocol;

namespace FederatedQuery.Iceberg.Catalogs.Rest;

public sealed partial class RestCatalog
{
    private const string Namespaces = "namespaces";
    private const string Namespace = "namespaces/{namespace}";
    private const int MaxNamespaces = 10_000;
    private const int MaxPages = 10_000;
    private const int ParallelLists = 4;

    /// <exception cref="IcebergException">AlreadyExists.</exception>
    public async Task CreateNamespaceAsync(string @namespace, IReadOnlyDictionary<string, string> properties, CancellationToken cancellationToken)
    {
        TableIdentifier.CheckNamespace(@namespace);
        var session = await SessionAsync(cancellationToken);
        var message = new NamespaceWithProperties(@namespace, properties.ToImmutableDictionary(StringComparer.Ordinal));
        var request = session.Request(HttpMethod.Post, Namespaces, Namespaces) with { Body = RestMessage.ToJson(message) };
        await ChangeAsync(session, request, $"namespace '{@namespace}' was created", cancellationToken);
    }

    /// <summary>All namespaces of all levels, in order, but for those whose names have a level that this library cannot name.</summary>
    public async Task<IReadOnlyList<string>> ListNamespacesAsync(CancellationToken cancellationToken)
    {
        var session = await SessionAsync(cancellationToken);
        var found = new SortedSet<string>(StringComparer.Ordinal);
        ImmutableArray<string?> level = [null];
        while (!level.IsEmpty)
        {
            var lists = new ImmutableArray<string>[level.Length];
            await Parallel.ForAsync(
                0, level.Length, new ParallelOptions { MaxDegreeOfParallelism = ParallelLists, CancellationToken = cancellationToken },
                async (i, token) => lists[i] = await ListBelowAsync(session, level[i], token));

            // A server that ignores the parent lists the same ones again.
            var added = lists.SelectMany(list => list).Where(found.Add).ToImmutableArray();
            level = session.HasNestedNamespaces ? [.. added] : [];
            if (found.Count > MaxNamespaces)
            {
                throw IcebergException.Unsupported($"The REST catalog has more than {MaxNamespaces} namespaces, which are not all listed at once.");
            }
        }

        return [.. found];
    }

    public async Task<IReadOnlyDictionary<string, string>> LoadNamespaceAsync(string @namespace, CancellationToken cancellationToken)
    {
        TableIdentifier.CheckNamespace(@namespace);
        var session = await SessionAsync(cancellationToken);
        var request = session.Request(HttpMethod.Get, Namespace, NamespacePath(@namespace));
        var (answer, found) = await RestSession.GetAsync<NamespaceWithProperties>(session.Http, request, cancellationToken);
        return found?.Properties ?? throw RestErrors.ToException(request, answer);
    }

    public async Task<bool> DropNamespaceAsync(string @namespace, CancellationToken cancellationToken)
    {
        TableIdentifier.CheckNamespace(@namespace);
        var session = await SessionAsync(cancellationToken);
        return await DropAsync(session, session.Request(HttpMethod.Delete, Namespace, NamespacePath(@namespace)), cancellationToken);
    }

    private static string NamespacePath(string @namespace) => $"{Namespaces}/{RestNames.ToPath(@namespace)}";

    private static async Task<ImmutableArray<string>> ListBelowAsync(RestSession session, string? parent, CancellationToken cancellationToken)
    {
        var request = session.Request(HttpMethod.Get, Namespaces, Namespaces);
        if (parent is not null)
        {
            request = request with { Address = new Uri($"{request.Address}?parent={RestNames.ToPath(parent)}") };
        }

        try
        {
            return await ListAsync(request, (ListNamespacesResponse page) => (page.Namespaces, page.NextPageToken), session, cancellationToken);
        }
        catch (IcebergException exception) when (parent is not null && exception.Kind == IcebergErrorKind.NotFound)
        {
            // Dropped since its own level was listed.
            return [];
        }
    }

    private static async Task<ImmutableArray<T>> ListAsync<TPage, T>(
        RestCall first, Func<TPage, (ImmutableArray<T> Items, string? NextPageToken)> open, RestSession session, CancellationToken cancellationToken)
        where TPage : class, IRestMessage<TPage>
    {
        var items = ImmutableArray.CreateBuilder<T>();

        // An empty token says that pages are welcome; servers without paging send everything at once.
        var token = "";
        for (var page = 0; page < MaxPages; page++)
        {
            var separator = first.Address.Query.Length == 0 ? '?' : '&';
            var request = first with { Address = new Uri($"{first.Address}{separator}pageToken={Uri.EscapeDataString(token)}") };
            var (answer, message) = await RestSession.GetAsync<TPage>(session.Http, request, cancellationToken);
            var (found, next) = open(message ?? throw RestErrors.ToException(request, answer));
            items.AddRange(found);
            if (string.IsNullOrEmpty(next))
            {
                return items.ToImmutable();
            }

            if (next == token)
            {
                throw IcebergException.InvalidMetadata($"The REST catalog's answer to {request} leads to the page that it is itself.");
            }

            token = next;
        }

        throw IcebergException.Unsupported($"The REST catalog's answer to {first} has more than {MaxPages} pages.");
    }
}
