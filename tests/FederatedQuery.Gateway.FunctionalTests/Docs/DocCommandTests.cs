using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests.Docs;

/// <summary>Runs the blocks of the documentation, page by page and in their order, against one gateway with the demo's data.</summary>
public sealed class DocCommandTests(DemoGateway demo) : IClassFixture<DemoGateway>, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder _folder = new();

    /// <summary>What is run here.</summary>
    public static IReadOnlyList<string> Languages { get; } = ["sh", "graphql", "python", "js"];

    public static TheoryData<string> Pages => [.. DocBlock.Pages.Where(page => DocBlock.ReadPage(page).Any(IsRunHere))];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Page_ItsBlocks_DoWhatItSays(string page)
    {
        PrepareFolder();
        await NodeScript.EnsurePackagesAsync();
        var failures = new List<string>();
        foreach (var block in DocBlock.ReadPage(page).Where(IsRunHere))
        {
            var failure = block.Language == "graphql" ? await RunGraphQLAsync(block) : await RunProgramAsync(block);
            if (failure is not null)
            {
                failures.Add($"{block}: {failure}");
            }
        }

        Assert.True(failures.Count == 0, string.Join("\n\n", failures));
    }

    private static bool IsRunHere(DocBlock block) =>
        Languages.Contains(block.Language) && block.Marked("not run") is null && block.Marked("run") is null && (block.Language != "python" || HasPython);

    /// <summary>Where it is missing (on Windows, in small containers) blocks in its language are not run.</summary>
    private static bool HasPython { get; } = Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "python3")));

    /// <summary>The operations of a block, each sent by itself.</summary>
    private async Task<string?> RunGraphQLAsync(DocBlock block)
    {
        foreach (var operation in Operations(block.Text))
        {
            JsonElement answer;
            if (operation.StartsWith("subscription", StringComparison.Ordinal))
            {
                await using var events = await EventStream.OpenAsync(demo.Process, operation);
                var first = events.NextAsync();
                answer = await MakeHappenAsync(first) ? (await first).GetValueOrDefault() : default;
            }
            else
            {
                answer = await demo.Process.QueryAsync(operation);
            }

            if (Fault(block, answer) is { } fault)
            {
                return $"{operation}\n{fault}";
            }
        }

        return null;
    }

    private static string? Fault(DocBlock block, JsonElement answer)
    {
        if (answer.ValueKind != JsonValueKind.Object)
        {
            return "There was no answer.";
        }

        var code = answer.TryGetProperty("errors", out var errors) ? errors[0].GetProperty("extensions").GetProperty("code").GetString() : null;
        return code == block.Marked("fails") ? null : answer.ToString();
    }

    /// <summary>Takes a block apart at the braces that close an operation.</summary>
    private static IEnumerable<string> Operations(string text)
    {
        var (depth, start, isText) = (0, 0, false);
        for (var at = 0; at < text.Length; at++)
        {
            switch (text[at])
            {
                case '"':
                    isText = !isText;
                    break;
                case '#' when !isText:
                    // Comments may hold anything.
                    at = text.IndexOf('\n', at) is > 0 and var end ? end : text.Length;
                    start = depth == 0 ? Math.Min(at, text.Length) : start;
                    break;
                case '{' or '(' when !isText:
                    depth++;
                    break;
                case ')' when !isText:
                    depth--;
                    break;
                case '}' when !isText && --depth == 0:
                    yield return text[start..(at + 1)].Trim();
                    start = at + 1;
                    break;
            }
        }
    }

    private async Task<string?> RunProgramAsync(DocBlock block)
    {
        var text = block.Text
            .Replace("127.0.0.1:8000", $"127.0.0.1:{demo.Process.Port}", StringComparison.Ordinal)
            .Replace("localhost:8000", $"127.0.0.1:{demo.Process.Port}", StringComparison.Ordinal);
        var folder = block.Language == "js" ? NodeFolder() : _folder.FullPath;
        try
        {
            var script = Path.Combine(folder, block.Language switch { "python" => "block.py", "js" => "block.mjs", _ => "block.sh" });
            await File.WriteAllTextAsync(script, text);
            return await RunAsync(block.Language switch { "python" => ["python3", script], "js" => ["node", script], _ => ["bash", "-euo", "pipefail", script] });
        }
        finally
        {
            if (block.Language == "js")
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    /// <returns>What went wrong; null: nothing. A program that follows something is ended when it has written a line.</returns>
    private async Task<string?> RunAsync(string[] command)
    {
        var isEndless = (await File.ReadAllTextAsync(command[^1])).Contains("curl -N", StringComparison.Ordinal);
        var start = new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = _folder.FullPath, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{_folder.FullPath}/bin:{start.Environment["PATH"]}";
        start.Environment["DATA_DIRECTORY"] = demo.Process.DataDirectory;
        start.Environment["PORT"] = demo.Process.Port.ToString(CultureInfo.InvariantCulture);
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        var errors = process.StandardError.ReadToEndAsync(patience.Token);
        var output = isEndless ? UntilDataAsync(process, patience.Token) : process.StandardOutput.ReadToEndAsync(patience.Token);
        if (!await MakeHappenAsync(output))
        {
            process.Kill(entireProcessTree: true);
            return "It did not end.";
        }

        if (isEndless)
        {
            process.Kill(entireProcessTree: true);
        }

        await process.WaitForExitAsync(patience.Token);
        var written = await output;
        return (isEndless && written.Length > 0) || (process.ExitCode == 0 && !written.Contains("\"errors\":", StringComparison.Ordinal))
            ? null
            : $"Exit code {process.ExitCode}\n{written}\n{await errors}";
    }

    private static async Task<string> UntilDataAsync(Process process, CancellationToken cancellationToken)
    {
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith("data:", StringComparison.Ordinal))
            {
                return line;
            }
        }

        return "";
    }

    /// <summary>Sends records of log and starts jobs until what follows them has seen enough.</summary>
    private async Task<bool> MakeHappenAsync(Task waiting)
    {
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < Patience)
        {
            if (await Task.WhenAny(waiting, Task.Delay(TimeSpan.FromSeconds(1))) == waiting)
            {
                return true;
            }

            using var taken = await demo.Process.Client.PostAsJsonAsync("/logs", new { level = "ERROR", message = "timeout of a request", resourceId = "docs" });
            await demo.Process.QueryAsync("""mutation { runTableMaintenance(tableName: "sales") { id } }""");
        }

        return false;
    }

    /// <summary>What the blocks find where they are run: the gateway's command, a curl for which errors of HTTP are errors, files that they name.</summary>
    private void PrepareFolder()
    {
        var gateway = Path.Combine(Repository.Root, "src", "FederatedQuery.Gateway", "bin", GatewayProcess.Configuration, "net10.0", "FederatedQuery.Gateway.dll");
        // The id of a key is another each time: revoked is the one that was made last.
        WriteProgram("run.sh", $$"""
            set -eo pipefail
            given=("$@")
            if [[ "$1 $2" == "key revoke" ]]; then given[2]=$(grep -o 'fq_[0-9a-f]\{16\}' made | tail -n 1 | cut -c 4-); fi
            if [[ "$1 $2" == "key create" ]]; then exec > >(tee -a made); fi
            exec dotnet '{{gateway}}' "${given[@]}"
            """);
        WriteProgram("bin/curl", "PATH=${PATH#*:}\nexec curl --fail-with-body \"$@\"");
        File.WriteAllText(_folder.File("visits.csv"), "id,seen_at,page\n1,2024-01-01 00:00:00,/\n2,2026-01-02 10:00:00,/docs\n");
    }

    private void WriteProgram(string name, string command)
    {
        var path = _folder.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, $"#!/usr/bin/env bash\n{command}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Where Node finds the packages of tests/npm.</summary>
    private static string NodeFolder() =>
        Directory.CreateDirectory(Path.Combine(Repository.Root, "tests", "npm", "node_modules", $".docs-{Guid.NewGuid():N}")).FullName;
}
