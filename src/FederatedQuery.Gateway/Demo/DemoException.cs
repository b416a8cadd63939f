namespace FederatedQuery.Gateway.Demo;

/// <summary>A part of the demo that could not be loaded, and why, for the person who started it.</summary>
internal sealed class DemoException(string message, Exception? innerException = null) : Exception(message, innerException);
