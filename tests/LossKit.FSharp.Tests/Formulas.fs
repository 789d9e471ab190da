namespace LossKit.FSharp.Tests

open System.Runtime.CompilerServices
open LossKit
open LossKit.Formulas
open LossKit.FSharp

/// The expected cost of a decision on a logit: a missed positive costs more than a false alarm.
[<Struct; IsReadOnly>]
type MissedPositive private (missCost: Parameter) =
    new(missCost: float) = MissedPositive(Parameter.Positive(missCost, nameof missCost))

    interface IPointwiseFormula with
        [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
        member _.Loss(prediction: 'TLane, target: 'TLane) =
            let target = Lane target
            let logistic = 'TLane.Logistic prediction
            let miss, falseAlarm = Lane logistic.OppositeSigmoid, Lane logistic.Sigmoid
            (missCost * target * miss + (1.0 - target) * falseAlarm).Value

/// log(1 + e^(b − margin)): a margin of any size keeps pulling a little.
[<Struct; IsReadOnly>]
type SoftMargin private (lead: Parameter) =
    new(lead: float) = SoftMargin(Parameter.Finite(lead, nameof lead))

    interface IMarginFormula with
        [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
        member _.Loss(margin: 'TLane) = Lane.Softplus(lead - Lane margin).Value

/// A forecast's cost: what was ordered too much spoils, what was too little is not sold, each at its own price.
[<Struct; IsReadOnly>]
type PricedError private (spoilt: Parameter) =
    new(spoilt: float) = PricedError(Parameter.Positive(spoilt, nameof spoilt))

    interface IPlainTupleFormula with
        static member Predictions = 1

        // What is sold, and the price of one.
        static member Targets = 2

        [<MethodImpl(MethodImplOptions.AggressiveInlining)>]
        member _.Loss(x: 'TExample) : 'TLane =
            let error = Lane x[0] - Lane(x.Target 0)
            Lane.SelectGreater(error, 0.0, spoilt * error, Lane(x.Target 1) * -error).Value
