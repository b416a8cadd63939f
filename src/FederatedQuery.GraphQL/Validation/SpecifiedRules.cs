using FederatedQuery.GraphQL.Validation.Rules;

namespace FederatedQuery.GraphQL.Validation;

/// <summary>Every rule of spec section 5, in its order, then those of incremental delivery and this library's own; what counts whole operations is in <see cref="Limits.DocumentLimits"/>.</summary>
internal static class SpecifiedRules
{
    public static ValidationRule[] Create(ValidationContext context, ValidationOptions options) =>
    [
        new ExecutableDefinitionsRule(context),
        new KnownOperationTypesRule(context),
        new UniqueOperationNamesRule(context),
        new LoneAnonymousOperationRule(context),
        new SingleFieldSubscriptionsRule(context),
        new KnownTypeNamesRule(context),
        new FragmentsOnCompositeTypesRule(context),
        new VariablesAreInputTypesRule(context),
        new ScalarLeafsRule(context),
        new FieldsOnCorrectTypeRule(context),
        new UniqueFragmentNamesRule(context),
        new KnownFragmentNamesRule(context),
        new NoUnusedFragmentsRule(context),
        new PossibleFragmentSpreadsRule(context),
        new NoFragmentCyclesRule(context),
        new UniqueVariableNamesRule(context),
        new NoUndefinedVariablesRule(context),
        new NoUnusedVariablesRule(context),
        new KnownDirectivesRule(context),
        // Before the next one, whose errors may be as many as the directives.
        new MaxDirectivesPerLocationRule(context, options.Limits.MaxDirectivesPerLocation),
        new UniqueDirectivesPerLocationRule(context),
        new KnownArgumentNamesRule(context),
        new UniqueArgumentNamesRule(context),
        new ValuesOfCorrectTypeRule(context),
        new ProvidedRequiredArgumentsRule(context),
        new VariablesInAllowedPositionRule(context),
        new OverlappingFieldsCanBeMergedRule(context),
        new UniqueInputFieldNamesRule(context),
        new DeferStreamDirectiveOnRootFieldRule(context),
        new DeferStreamDirectiveOnValidOperationsRule(context),
        new DeferStreamDirectiveLabelRule(context),
        new StreamDirectiveOnListFieldRule(context),
        new IntrospectionAllowedRule(context, options.AllowIntrospection),
        new MaxIntrospectionDepthRule(context, options.Limits.MaxIntrospectionDepth),
        new MaxListItemsRule(context, options.Limits.MaxListItems),
    ];
}
