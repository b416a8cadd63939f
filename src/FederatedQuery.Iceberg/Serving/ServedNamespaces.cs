using System.Collections.Immutable;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Catalogs.Rest.Protocol;

namespace FederatedQuery.Iceberg.Serving;

/// <summary>Namespaces as the REST catalog API has them. Errors are those of <see cref="RestFailures"/>.</summary>
public sealed class ServedNamespaces(Func<SqlCatalog> catalog)
{
    /// <summary>The namespaces one level below another, or the top ones.</summary>
    /// <param name="parent">Null: none.</param>
    public async Task<ListNamespacesResponse> ListAsync(string? parent, PageRequest page, CancellationToken cancellationToken)
    {
        var depth = parent is null ? 0 : RestNames.Levels(parent).Length;
        if (parent is not null && !await catalog().NamespaceExistsAsync(parent, cancellationToken))
        {
            throw NoSuchNamespace(parent);
        }

        // A namespace exists also by what is below it.
        var names = (await catalog().ListNamespacesAsync(cancellationToken))
            .Where(name => parent is null || name.StartsWith(parent + ".", StringComparison.Ordinal))
            .Select(name => string.Join('.', RestNames.Levels(name).Take(depth + 1)))
            .Distinct()
            .Order(StringComparer.Ordinal)
            .ToList();
        var (taken, next) = Paging.Take(names, page);
        return new ListNamespacesResponse([.. taken], next);
    }

    public async Task<NamespaceWithProperties> CreateAsync(NamespaceWithProperties request, CancellationToken cancellationToken)
    {
        SqlCatalog.CheckProperties(request.Properties);
        await catalog().CreateNamespaceAsync(request.Namespace, request.Properties, cancellationToken);
        return request;
    }

    public async Task<NamespaceWithProperties> LoadAsync(string name, CancellationToken cancellationToken)
    {
        var properties = await catalog().LoadNamespaceAsync(name, cancellationToken);
        return new NamespaceWithProperties(name, properties.Where(property => property.Key != SqlCatalog.ExistsProperty).ToImmutableDictionary());
    }

    public async Task RequireAsync(string name, CancellationToken cancellationToken)
    {
        if (!await catalog().NamespaceExistsAsync(name, cancellationToken))
        {
            throw NoSuchNamespace(name);
        }
    }

    public async Task DropAsync(string name, CancellationToken cancellationToken)
    {
        if (!await catalog().DropNamespaceAsync(name, cancellationToken))
        {
            throw NoSuchNamespace(name);
        }
    }

    public async Task<UpdateNamespacePropertiesResponse> UpdateAsync(
        string name, UpdateNamespacePropertiesRequest request, CancellationToken cancellationToken)
    {
        if (request.Removals.FirstOrDefault(request.Updates.ContainsKey) is { } both)
        {
            throw new RestCatalogException(422, RestErrorType.UnprocessableEntity, $"The property '{both}' is both in 'removals' and in 'updates'.");
        }

        var removed = await catalog().UpdateNamespaceAsync(name, request.Updates, request.Removals, cancellationToken);
        return new UpdateNamespacePropertiesResponse(
            [.. request.Updates.Keys.Order(StringComparer.Ordinal)], removed, [.. request.Removals.Distinct().Except(removed)]);
    }

    private RestCatalogException NoSuchNamespace(string name) =>
        new(404, RestErrorType.NoSuchNamespace, $"There is no namespace '{name}' in the catalog '{catalog().Options.CatalogName}'.");
}
