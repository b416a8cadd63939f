using FederatedQuery.Testing.S3;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace FederatedQuery.ObjectStore.Tests;

/// <summary>A fact of a suite that several classes inherit; skipped in those marked <see cref="RequiresS3Attribute"/> where there is no server.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("FederatedQuery.ObjectStore.Tests.ConformanceFactDiscoverer", "FederatedQuery.ObjectStore.Tests")]
public sealed class ConformanceFactAttribute : FactAttribute;

/// <inheritdoc cref="ConformanceFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("FederatedQuery.ObjectStore.Tests.ConformanceTheoryDiscoverer", "FederatedQuery.ObjectStore.Tests")]
public sealed class ConformanceTheoryAttribute : TheoryAttribute;

/// <summary>The tests of the class need <see cref="S3Server"/>.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class RequiresS3Attribute : Attribute;

public sealed class ConformanceFactDiscoverer(IMessageSink messages) : FactDiscoverer(messages)
{
    protected override IXunitTestCase CreateTestCase(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        S3Requirement.SkippedCase(DiagnosticMessageSink, discoveryOptions, testMethod) ?? base.CreateTestCase(discoveryOptions, testMethod, factAttribute);
}

public sealed class ConformanceTheoryDiscoverer(IMessageSink messages) : TheoryDiscoverer(messages)
{
    public override IEnumerable<IXunitTestCase> Discover(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        S3Requirement.SkippedCase(DiagnosticMessageSink, discoveryOptions, testMethod) is { } skipped
            ? [skipped]
            : base.Discover(discoveryOptions, testMethod, factAttribute);
}

internal static class S3Requirement
{
    /// <returns>Null where the test can run.</returns>
    public static IXunitTestCase? SkippedCase(IMessageSink messages, ITestFrameworkDiscoveryOptions options, ITestMethod method) =>
        S3Server.Missing is { } reason && method.TestClass.Class.GetCustomAttributes(typeof(RequiresS3Attribute)).Any()
            ? new XunitSkippedDataRowTestCase(messages, options.MethodDisplayOrDefault(), options.MethodDisplayOptionsOrDefault(), method, reason)
            : null;
}
