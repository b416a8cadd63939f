using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Validation.Rules;

/// <summary>Only lists are streamed (incremental delivery, "Stream Directives Are Used On List Fields").</summary>
internal sealed class StreamDirectiveOnListFieldRule(ValidationContext context) : ValidationRule(context)
{
    public override void EnterDirective(DirectiveNode node, string location)
    {
        if (node.Name == "stream" && Context is { Field: { } field, ParentType: { } parent } && field.Type.NullableType is not ListType)
        {
            Context.Report($"Directive \"@stream\" cannot be used on non-list field \"{parent.Name}.{field.Name}\".", node);
        }
    }
}
