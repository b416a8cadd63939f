namespace FederatedQuery.Gateway.Resolvers;

internal enum SortEnumType
{
    Asc,
    Desc,
}
