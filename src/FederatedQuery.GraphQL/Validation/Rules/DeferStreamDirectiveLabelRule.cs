using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Validation.Rules;

/// <summary>Labels of <c>@defer</c> and <c>@stream</c> are literal and unique in the document (incremental delivery, "Defer And Stream Directive Labels Are Unique").</summary>
internal sealed class DeferStreamDirectiveLabelRule(ValidationContext context) : ValidationRule(context)
{
    private Dictionary<string, DirectiveNode>? _known;

    public override void EnterDirective(DirectiveNode node, string location)
    {
        if (node.Name is not ("defer" or "stream"))
        {
            return;
        }

        var label = node.Arguments.FirstOrDefault(argument => argument.Name == "label")?.Value;
        switch (label)
        {
            case null or NullValueNode:
                break;
            case StringValueNode text when !(_known ??= new(StringComparer.Ordinal)).TryAdd(text.Value, node):
                Context.Report(
                    "Value for arguments \"defer(label:)\" and \"stream(label:)\" must be unique across all Defer/Stream directive usages.", _known[text.Value], node);
                break;
            case not StringValueNode:
                Context.Report($"Argument \"@{node.Name}(label:)\" must be a static string.", node);
                break;
        }
    }
}
