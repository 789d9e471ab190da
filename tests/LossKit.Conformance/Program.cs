using LossKit.Conformance;

return ConformanceRun.Run(args, Console.Out, Console.Error);
