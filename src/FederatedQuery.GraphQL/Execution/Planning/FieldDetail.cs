using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Execution.Planning;

/// <summary>A field as collected, with the innermost deferred fragment around it.</summary>
internal readonly record struct FieldDetail(FieldNode Node, DeferUsage? Usage);
