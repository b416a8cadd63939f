using System.Diagnostics;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests;

/// <summary>Runs a script of this project's npm folder under Node.js.</summary>
internal static class NodeScript
{
    /// <returns>What it wrote to standard output.</returns>
    public static async Task<string> RunAsync(string script, string input)
    {
        var start = new ProcessStartInfo("node", [script])
        {
            WorkingDirectory = Path.Combine(Repository.Root, "tests", "FederatedQuery.Gateway.FunctionalTests", "npm"),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var node = Process.Start(start)!;
        var output = node.StandardOutput.ReadToEndAsync();
        var errors = node.StandardError.ReadToEndAsync();
        await node.StandardInput.WriteAsync(input);
        node.StandardInput.Close();
        await node.WaitForExitAsync();
        Assert.True(node.ExitCode == 0, $"{script} exited with {node.ExitCode}: {await errors}");
        return await output;
    }
}
