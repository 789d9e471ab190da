using LossKit.Tests.Support;

// Arguments: parts of names, for tests that have one of them; none for all.
return KernelRun.Run(args, Console.Out);
