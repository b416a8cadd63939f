using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.Annotations;
using FederatedQuery.GraphQL.Types.CodeFirst;

namespace FederatedQuery.GraphQL.Tests.Types.CodeFirst;

/// <summary>Classes that cannot be a schema are refused with a sentence that says which and why.</summary>
public class RefusalTests
{
    private const string This = "FederatedQuery.GraphQL.Tests.Types.CodeFirst.RefusalTests";

    [Fact]
    public void Build_FlagsEnum_IsRefused() =>
        AssertRefused<OfFlags>($"Enum '{This}+Options' has [Flags], but a GraphQL enum is one value. Give a list of an enum without [Flags] instead.");

    [Fact]
    public void Build_AbstractClass_IsRefused() =>
        AssertRefused<OfAbstract>($"C# type '{This}+Base' has no GraphQL type. Mark it [InterfaceType] or [UnionType], map it to a scalar, or use [GraphQLType].");

    [Fact]
    public void Build_TaskWithoutValue_IsRefused() =>
        AssertRefused<OfTask>($"Resolver '{This}+OfTask.Nothing' must return a value: GraphQL has no void.");

    [Fact]
    public void Build_ServiceThatNobodyKnows_IsRefused() =>
        AssertRefused<OfService>($"C# type '{typeof(IDisposable)}' cannot be an input: it is abstract, a dictionary, or has no scalar. If it is a service, mark the parameter [Service].");

    [Fact]
    public void Build_OutParameter_IsRefused() =>
        AssertRefused<OfOut>($"Parameter 'other' of resolver '{This}+OfOut.Value' must not be ref, in or out.");

    [Fact]
    public void Build_UnknownTypeName_IsRefused() =>
        AssertRefused<OfTypeName>("[GraphQLType(\"Nope\")] names the type 'Nope', which is neither a scalar nor registered.");

    [Fact]
    public void Build_KeyedServiceWithoutContainer_IsRefused() =>
        AssertRefused<OfKey>($"Parameter 'text' of '{This}+OfKey.Value' asks for the service with key 'k', but nothing that knows keyed services was added.");

    [Fact]
    public void Build_InputClassThatCannotBeMade_IsRefused() =>
        AssertRefused<OfInput>($"Input class '{This}+Unmakeable' needs a public constructor without parameters, or one whose parameters are all properties.");

    [Fact]
    public void Build_NoQuery_IsRefused() =>
        Assert.Equal(["Query root type must be provided."], Assert.Throws<SchemaException>(() => new SchemaBuilder().Build()).Problems);

    [Fact]
    public void Build_SubscriptionWithoutStream_IsRefused() => AssertRefused(
        new SchemaBuilder().AddQueryType<Fine>().AddSubscriptionType<OfNoStream>(),
        $"Subscription resolver '{This}+OfNoStream.Value' must return an IAsyncEnumerable, or have [Subscribe].");

    [Fact]
    public void Build_SubscribeWithoutMessage_IsRefused() => AssertRefused(
        new SchemaBuilder().AddQueryType<Fine>().AddSubscriptionType<OfNoMessage>(),
        $"Subscription resolver '{This}+OfNoMessage.Value' has [Subscribe], so exactly one of its parameters must have [EventMessage].");

    private static void AssertRefused<T>(string problem) => AssertRefused(new SchemaBuilder().AddQueryType<T>(), problem);

    private static void AssertRefused(SchemaBuilder builder, string problem) =>
        Assert.Equal([problem], Assert.Throws<SchemaException>(builder.Build).Problems);

    [Flags]
    public enum Options
    {
        One = 1,
        Two = 2,
    }

    public abstract class Base;

    public sealed class Unmakeable
    {
        public Unmakeable(int other)
        {
            Value = other;
        }

        public int Value { get; }
    }

    public sealed class Fine
    {
        public int Value => 1;
    }

    public sealed class OfFlags
    {
        public Options Value => Options.One;
    }

    public sealed class OfAbstract
    {
        public Base? Value => null;
    }

    public sealed class OfTask
    {
        public Task Nothing() => Task.CompletedTask;
    }

    public sealed class OfService
    {
        public int Value(IDisposable service) => service.GetHashCode();
    }

    public sealed class OfOut
    {
        public int Value(out int other) => other = 1;
    }

    public sealed class OfTypeName
    {
        [GraphQLType("Nope!")]
        public int Value => 1;
    }

    public sealed class OfKey
    {
        public string Value([Service("k")] string text) => text;
    }

    public sealed class OfInput
    {
        public int Value(Unmakeable input) => input.Value;
    }

    public sealed class OfNoStream
    {
        public int Value() => 1;
    }

    public sealed class OfNoMessage
    {
        [Subscribe]
        public int Value() => 1;
    }
}
