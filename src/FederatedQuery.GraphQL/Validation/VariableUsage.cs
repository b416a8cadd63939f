using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Validation;

/// <summary>A variable where a value is expected.</summary>
/// <param name="Node">The variable.</param>
/// <param name="Type">The type expected there; null when it is not known.</param>
/// <param name="HasDefault">Whether the argument or input field has a default value.</param>
/// <param name="OneOf">The OneOf input object that the variable is a field of.</param>
internal readonly record struct VariableUsage(VariableNode Node, GraphQLType? Type, bool HasDefault, InputObjectType? OneOf);
