using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Validation;

/// <summary>Walks a document once, keeps track of the types, and shows every node to every rule.</summary>
internal sealed class DocumentWalker(ValidationContext context, ValidationRule[] rules)
{
    private readonly RulesByEvent _rules = new(rules);
    private DefinitionNode? _definition;

    public void Walk(DocumentNode document)
    {
        foreach (var rule in _rules[NodeEvent.EnterDocument])
        {
            rule.EnterDocument(document);
        }

        foreach (var definition in document.Definitions)
        {
            _definition = definition;
            foreach (var rule in _rules[NodeEvent.EnterDefinition])
            {
                rule.EnterDefinition(definition);
            }

            switch (definition)
            {
                case OperationDefinitionNode operation: WalkOperation(operation); break;
                case FragmentDefinitionNode fragment: WalkFragmentDefinition(fragment); break;
            }
        }

        foreach (var rule in _rules[NodeEvent.LeaveDocument])
        {
            rule.LeaveDocument(document);
        }
    }

    private void WalkOperation(OperationDefinitionNode node)
    {
        context.Type = context.Schema.GetRootType(node.Operation);
        foreach (var rule in _rules[NodeEvent.EnterOperation])
        {
            rule.EnterOperation(node);
        }

        foreach (var variable in node.VariableDefinitions)
        {
            WalkVariableDefinition(variable);
        }

        WalkDirectives(node.Directives, node.Operation.ToKeyword().ToUpperInvariant());
        WalkSelectionSet(node.SelectionSet);
    }

    private void WalkFragmentDefinition(FragmentDefinitionNode node)
    {
        context.Type = FindOutputType(node.TypeCondition);
        foreach (var rule in _rules[NodeEvent.EnterFragmentDefinition])
        {
            rule.EnterFragmentDefinition(node);
        }

        WalkNamedType(node.TypeCondition);
        WalkDirectives(node.Directives, "FRAGMENT_DEFINITION");
        WalkSelectionSet(node.SelectionSet);
    }

    private void WalkVariableDefinition(VariableDefinitionNode node)
    {
        var type = TypeFromNode.Find(context.Schema, node.Type);
        context.InputType = type is { IsInputType: true } ? type : null;
        foreach (var rule in _rules[NodeEvent.EnterVariableDefinition])
        {
            rule.EnterVariableDefinition(node);
        }

        WalkNamedType(node.Type.NamedType);
        if (node.DefaultValue is { } value)
        {
            WalkValue(value);
        }

        context.InputType = null;
        WalkDirectives(node.Directives, "VARIABLE_DEFINITION");
    }

    private void WalkSelectionSet(SelectionSetNode node)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var (parent, type) = (context.ParentType, context.Type);
        context.ParentType = type?.Named as CompositeType;
        foreach (var rule in _rules[NodeEvent.EnterSelectionSet])
        {
            rule.EnterSelectionSet(node);
        }

        foreach (var selection in node.Selections)
        {
            context.Type = type;
            switch (selection)
            {
                case FieldNode field: WalkField(field); break;
                case FragmentSpreadNode spread:
                    context.AddSpread(_definition!, spread);
                    foreach (var rule in _rules[NodeEvent.EnterFragmentSpread])
                    {
                        rule.EnterFragmentSpread(spread);
                    }

                    WalkDirectives(spread.Directives, "FRAGMENT_SPREAD");
                    break;
                case InlineFragmentNode inline: WalkInlineFragment(inline); break;
            }
        }

        (context.ParentType, context.Type) = (parent, type);
    }

    private void WalkField(FieldNode node)
    {
        var outer = context.Field;
        context.Field = context.ParentType is { } parent ? context.Schema.FindField(parent, node.Name) : null;
        context.Type = context.Field?.Type;
        foreach (var rule in _rules[NodeEvent.EnterField])
        {
            rule.EnterField(node);
        }

        WalkArguments(node.Arguments);
        WalkDirectives(node.Directives, "FIELD");
        if (node.SelectionSet is { } set)
        {
            WalkSelectionSet(set);
        }

        foreach (var rule in _rules[NodeEvent.LeaveField])
        {
            rule.LeaveField(node);
        }

        context.Field = outer;
    }

    private void WalkInlineFragment(InlineFragmentNode node)
    {
        if (node.TypeCondition is { } condition)
        {
            context.Type = FindOutputType(condition);
        }
        else
        {
            context.Type = context.Type?.Named;
        }

        foreach (var rule in _rules[NodeEvent.EnterInlineFragment])
        {
            rule.EnterInlineFragment(node);
        }

        if (node.TypeCondition is { } named)
        {
            WalkNamedType(named);
        }

        WalkDirectives(node.Directives, "INLINE_FRAGMENT");
        WalkSelectionSet(node.SelectionSet);
    }

    private void WalkDirectives(ImmutableArray<DirectiveNode> nodes, string location)
    {
        if (nodes.IsEmpty)
        {
            return;
        }

        foreach (var rule in _rules[NodeEvent.EnterDirectives])
        {
            rule.EnterDirectives(nodes, location);
        }

        foreach (var node in nodes)
        {
            context.Directive = context.Schema.TryGetDirective(node.Name, out var directive) ? directive : null;
            foreach (var rule in _rules[NodeEvent.EnterDirective])
            {
                rule.EnterDirective(node, location);
            }

            var field = context.Field;
            context.Field = null;
            WalkArguments(node.Arguments);
            context.Field = field;
            foreach (var rule in _rules[NodeEvent.LeaveDirective])
            {
                rule.LeaveDirective(node);
            }

            context.Directive = null;
        }
    }

    private void WalkArguments(ImmutableArray<ArgumentNode> nodes)
    {
        foreach (var node in nodes)
        {
            context.Argument = context.Directive is { } directive ? directive.FindArgument(node.Name) : context.Field?.FindArgument(node.Name);
            context.InputType = context.Argument?.Type;
            context.InputHasDefault = context.Argument?.DefaultValue is not null;
            context.ParentInputObject = null;
            foreach (var rule in _rules[NodeEvent.EnterArgument])
            {
                rule.EnterArgument(node);
            }

            WalkValue(node.Value);
            context.Argument = null;
            context.InputType = null;
        }
    }

    private void WalkValue(ValueNode node)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        foreach (var rule in _rules[NodeEvent.EnterValue])
        {
            rule.EnterValue(node);
        }

        var (type, hasDefault, parent) = (context.InputType, context.InputHasDefault, context.ParentInputObject);
        switch (node)
        {
            case VariableNode variable:
                context.AddUsage(_definition!, new VariableUsage(variable, type, hasDefault, parent is { IsOneOf: true } ? parent : null));
                break;
            case ListValueNode list:
                foreach (var item in list.Values)
                {
                    // In a list that stands for something else, items have no type of their own: the whole is judged.
                    context.InputType = type?.NullableType is ListType listType ? listType.OfType : null;
                    context.InputHasDefault = false;
                    context.ParentInputObject = null;
                    WalkValue(item);
                }

                break;
            case ObjectValueNode fields:
                var owner = type?.Named as InputObjectType;
                foreach (var field in fields.Fields)
                {
                    var definition = owner is not null && owner.Fields.TryGet(field.Name, out var found) ? found : null;
                    context.ParentInputObject = owner;
                    context.InputType = definition?.Type;
                    context.InputHasDefault = definition?.DefaultValue is not null;
                    foreach (var rule in _rules[NodeEvent.EnterObjectField])
                    {
                        rule.EnterObjectField(field);
                    }

                    WalkValue(field.Value);
                }

                break;
        }

        (context.InputType, context.InputHasDefault, context.ParentInputObject) = (type, hasDefault, parent);
    }

    private void WalkNamedType(NamedTypeNode node)
    {
        foreach (var rule in _rules[NodeEvent.EnterNamedType])
        {
            rule.EnterNamedType(node);
        }
    }

    private GraphQLType? FindOutputType(NamedTypeNode node) => context.Schema.TryGetType(node.Name, out var type) && type.IsOutputType ? type : null;
}
