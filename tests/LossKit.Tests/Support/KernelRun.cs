using System.Globalization;
using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace LossKit.Tests.Support;

/// <summary>
/// What this assembly does when it is started as a program: the tests of kernels, the category <c>Kernels</c>, as
/// processes for other registers and other processors run them, which need no test platform for it.
/// </summary>
/// <remarks>
/// What goes over every formula, the category <c>Formulas</c>, is left out unless LOSSKIT_WIDTHS asks for it, since no
/// formula knows the width; so are doubles, since both formats have the same loops.
/// </remarks>
internal static class KernelRun
{
    private static readonly string[] s_leftOutOfKernels =
        [nameof(LoopCallTests), nameof(EngineCallTests), "LossKit.Tests.Double"];

    // What is refused or allocated, and what threads change, is the same at any width; other widths have had their
    // turn.
    private static readonly string[] s_leftOut = ["allocate", "refused", "threads", "All_widths_agree"];

    /// <summary>
    /// Runs those whose names have one of <paramref name="parts"/>, or all, and prints what failed and how many passed.
    /// </summary>
    /// <returns>0 if none failed and some were run.</returns>
    public static int Run(string[] parts, TextWriter output)
    {
        string width = Width.Current.ToString(CultureInfo.InvariantCulture);
        Assembly tests = typeof(KernelRun).Assembly;
        using Results results = new(output);
        using XunitTestFramework framework = new(results);
        using ITestFrameworkDiscoverer discoverer = framework.GetDiscoverer(Reflector.Wrap(tests));
        discoverer.Find(includeSourceInformation: false, results, new Defaults());
        results.Finished.WaitOne();
        using ITestFrameworkExecutor executor = framework.GetExecutor(tests.GetName());
        IEnumerable<ITestCase> asked = results.Found.Where(test =>
            IsAsked(test, Width.IsAsked(width)) && (parts.Length == 0 || Has(NameOf(test), parts)));
        executor.RunTests(asked, results, new Defaults());
        results.Finished.WaitOne();
        output.WriteLine(FormattableString.Invariant($"{results.Passed} passed, {results.Failed} failed"));
        return results.Failed == 0 && results.Passed > 0 ? 0 : 1;
    }

    private static bool IsAsked(ITestCase test, bool withFormulas)
    {
        List<string> categories = test.Traits.GetValueOrDefault("Category", []);
        string name = NameOf(test);
        bool isAsked = withFormulas
            ? categories.Contains("Kernels") || categories.Contains("Formulas")
            : categories.Contains("Kernels") && !categories.Contains("Formulas") && !Has(name, s_leftOutOfKernels);
        return isAsked && !Has(name, s_leftOut);
    }

    private static string NameOf(ITestCase test) =>
        $"{test.TestMethod.TestClass.Class.Name}.{test.TestMethod.Method.Name}";

    private static bool Has(string name, string[] parts) =>
        parts.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase));

    /// <summary>No option has another value than its default.</summary>
    private sealed class Defaults : ITestFrameworkDiscoveryOptions, ITestFrameworkExecutionOptions
    {
        public TValue GetValue<TValue>(string name) => default!;

        public void SetValue<TValue>(string name, TValue value) => throw new NotSupportedException();
    }

    private sealed class Results(TextWriter output) : LongLivedMarshalByRefObject, IMessageSink, IDisposable
    {
        public List<ITestCase> Found { get; } = [];

        public AutoResetEvent Finished { get; } = new(false);

        public int Passed { get; private set; }

        public int Failed { get; private set; }

        public bool OnMessage(IMessageSinkMessage message)
        {
            // Tests run side by side and say so from their threads.
            lock (Found)
            {
                switch (message)
                {
                    case ITestCaseDiscoveryMessage discovered:
                        Found.Add(discovered.TestCase);
                        break;
                    case ITestPassed:
                        Passed++;
                        break;
                    case IFailureInformation failure:
                        Failed++;
                        string name = message is ITestMessage test ? test.Test.DisplayName : message.GetType().Name;
                        output.WriteLine($"{name}: {string.Join('\n', [.. failure.Messages, .. failure.StackTraces])}");
                        break;
                    case IDiscoveryCompleteMessage or ITestAssemblyFinished:
                        Finished.Set();
                        break;
                }
            }

            return true;
        }

        public void Dispose() => Finished.Dispose();
    }
}
