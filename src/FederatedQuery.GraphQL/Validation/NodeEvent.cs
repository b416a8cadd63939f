namespace FederatedQuery.GraphQL.Validation;

/// <summary>The methods of <see cref="ValidationRule"/>, by their names.</summary>
internal enum NodeEvent
{
    EnterDocument,
    LeaveDocument,
    EnterDefinition,
    EnterOperation,
    EnterFragmentDefinition,
    EnterVariableDefinition,
    EnterSelectionSet,
    EnterField,
    LeaveField,
    EnterFragmentSpread,
    EnterInlineFragment,
    EnterDirectives,
    EnterDirective,
    LeaveDirective,
    EnterArgument,
    EnterValue,
    EnterObjectField,
    EnterNamedType,
}
